// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * One rule, and how to switch it off.
 */
export interface IMutation {
  /** The rule, as the tests must hold it. */
  readonly rule: string;

  /** Where it is: a module of `src/document`. */
  readonly module: string;

  /** What it says there, once. */
  readonly find: string;

  /** What it says instead. */
  readonly replace: string;

  /** The tests that must fail then; the simulator, if absent. */
  readonly tests?: string;
}

/**
 * The rules of documents. Behind each there is a way to lose or to double text.
 */
export const MUTATIONS: ReadonlyArray<IMutation> = [
  {
    rule: 'Only states of one lineage are merged: each has a topic of its own',
    module: 'membership',
    find: 'subject: lineage,',
    replace: 'subject: documentId,'
  },
  {
    rule: 'The store keeps each lineage apart',
    module: 'roompart',
    find: 'room.store.keep(lineage, model.ydoc)',
    replace: 'room.store.keep(this._options.documentId, model.ydoc)'
  },
  {
    rule: 'A lineage is fetched into a document of its own',
    module: 'history',
    find: '    if (arrival) {\n      Y.applyUpdate',
    replace:
      '    if (arrival || lineage !== own) {\n      this._begin(seed);\n    }\n    if (arrival) {\n      Y.applyUpdate'
  },
  {
    rule: 'The client of a seed follows from its content',
    module: 'seed',
    find: 'return SEED_CLIENTS + high20 * 2 ** 32 + low32;',
    replace: 'return SEED_CLIENTS + 0 * (high20 + low32);',
    tests: 'test/seed.spec.ts'
  },
  {
    rule: 'A seed is the same at everybody’s: keys are in order',
    module: 'canonical',
    find: '      .sort()\n      // shared models',
    replace: '      // shared models',
    tests: 'test/seed.spec.ts'
  },
  {
    rule: 'A seed is the same at everybody’s: missing cell ids are derived',
    module: 'canonical',
    find: 'JSON.stringify([n, cell])',
    replace: 'JSON.stringify([n, Math.random()])',
    tests: 'test/seed.spec.ts'
  },
  {
    rule: 'A lineage follows from the seed’s bytes',
    module: 'seed',
    find: 'concatBytes(utf8ToBytes(`${documentId}/`), utf8ToBytes(root))',
    replace: 'concatBytes(utf8ToBytes(`${documentId}/`), utf8ToBytes(root.slice(99)))'
  },
  {
    rule: 'Everybody chooses the smallest lineage',
    module: 'directory',
    find: '|| lineage < smallest;',
    replace: '|| lineage === null;'
  },
  {
    rule: 'Registered beats unregistered',
    module: 'membership',
    find: '    } else if (chosen !== this._fetching?.lineage) {',
    replace:
      '    } else if (chosen !== this._fetching?.lineage) {\n      directory.register(documentId, lineage);',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Nothing is registered before the room has told what it knows',
    module: 'membership',
    find: 'connected > 0 && synced',
    replace: 'connected > 0 && synced !== null',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Nothing is registered while nobody else is there',
    module: 'membership',
    find: 'connected > 0 && synced',
    replace: 'connected >= 0',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'What is shared by hand is registered without a second browser',
    module: 'membership',
    find: 'isOnPurpose?.() === true',
    replace: 'isOnPurpose === null',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Where a browser keeps nothing, its tabs tell each other of their history',
    module: 'membership',
    find: '!room.store.isKept && tabs > 0',
    replace: '!room.store.isKept && tabs > 99',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Tabs register nothing before other browsers had time to tell',
    module: 'room',
    find: 'this.link.settled(false)',
    replace: 'this.link.settled()',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Who has read a version that somebody told of tells of it, too',
    module: 'drive',
    find: 'this._options.sightings?.tell(digest);\n      await this._set({ digests: [digest], state: null });',
    replace: 'await this._set({ digests: [digest], state: null });',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'Who was sent a document waits for the word of those who sent it',
    module: 'sightings',
    find: 'if (isAccompanied && ',
    replace: 'if (this._awareness.getStates().size > 1 && ',
    tests: 'test/sightings.spec.ts'
  },
  {
    rule: 'Who waits for a history that nobody has who is there may go on without',
    module: 'membership',
    find: 'if (isMissing && fetching === this._fetching) {',
    replace: 'if (isMissing && fetching === null) {'
  },
  {
    rule: 'Who also waits for a history is nobody who has it',
    module: 'membership',
    find: '!isThere || fetching.state === null',
    replace: '!isThere',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'What somebody goes on with takes the place of what nobody had',
    module: 'directory',
    find: 'this._abandon(documentId);\n      this.register',
    replace: 'this.register',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'A document opens from the store first',
    module: 'opening',
    find: '  if (base) {',
    replace: '  if (base && seed === chosen) {'
  },
  {
    rule: 'Waiting for others is bounded',
    module: 'arrival',
    find: 'Promise.race([arrived.promise, fetching.settled()])',
    replace: 'arrived.promise'
  },
  {
    rule: 'A part of a history is not taken for the whole',
    module: 'arrival',
    find: 'return isWhole && state ?',
    replace: 'return state ?',
    tests: 'test/arrival.spec.ts'
  },
  {
    rule: 'Tabs that open at the same instant open one history',
    module: 'reservation',
    find: '      if (base && base.lineage !== decided) {',
    replace: '      if (base && base.lineage === "") {',
    tests: 'test/reservation.spec.ts'
  },
  {
    rule: 'A history that a tab shows is not left because another tab can’t get it',
    module: 'reservation',
    find: 'if (base && this._wasReserved && !base.isReserved) {',
    replace: 'if (base && this._wasReserved === null) {',
    tests: 'test/reservation.spec.ts'
  },
  {
    rule: 'Deciding what to open forgets nothing of the drive',
    module: 'reservation',
    find: 'if (!base) {',
    replace: 'if (!base || own) {',
    tests: 'test/reservation.spec.ts'
  },
  {
    rule: 'Empty is told from not there yet',
    module: 'state',
    find: 'stateOf(doc)._map.has(SEEDED)',
    replace: 'stateOf(doc).size > 0 || doc.store.clients.size > 0',
    tests: 'test/seed.spec.ts'
  },
  {
    rule: 'A history that gives way is kept as a copy',
    module: 'drive',
    find: '!isTheirs && (hasWritten() || (await this._isOwn()));',
    replace: '!isTheirs && (await this._isOwn()) === null;'
  },
  {
    rule: 'Equal content makes no copy',
    module: 'drive',
    find: '!isTheirs && (hasWritten()',
    replace: '(isTheirs || !isTheirs) && (hasWritten()',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'What the site ships makes no copy',
    module: 'drive',
    find: 'if (isWritten && !(await this._shipped.is(await this._digest(kept)))) {',
    replace: 'if (isWritten) {',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'Who has written nothing into a history keeps no copy of it',
    module: 'drive',
    find: '(hasWritten() || (await this._isOwn()))',
    replace: '(hasWritten() || true)'
  },
  {
    rule: 'What was written on an earlier visit counts as well',
    module: 'drive',
    find: 'base.isAuthor === true ||',
    replace: 'base.isAuthor === null ||',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A file of one’s own that began a history counts as well',
    module: 'drive',
    find: '(origin !== undefined &&',
    replace: '(origin === null &&'
  },
  {
    rule: 'An unmodified shipped file makes no copy',
    module: 'shipped',
    find: 'return digest === (await this.digest());',
    replace: 'return digest === null;'
  },
  {
    rule: 'A shipped file stays unmodified when the site ships another one',
    module: 'drive',
    find: 'const isOwn = base.origin !== shipped;',
    replace: 'const isOwn = true;'
  },
  {
    rule: 'When the room comes back to a history, its copy goes',
    module: 'copies',
    find: 'copy.lineage === lineage || copy.digest === shown',
    replace: 'copy.digest === shown && copy.digest === null',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'One copy of a history, also when it is kept again',
    module: 'copies',
    find: 'earlier ? this._inPlace(earlier) : null',
    replace: 'earlier && null',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A copy gives way only to what was changed from it',
    module: 'drive',
    find: 'base?.digests.length === 1 && base.digests[0] === copy.digest',
    replace: 'Boolean(base?.digests.includes(copy.digest))'
  },
  {
    rule: 'The drive is compared with what it last held',
    module: 'drive',
    find: 'base.digests.includes(digest)) {',
    replace: 'base.digests.includes("")) {'
  },
  {
    rule: 'What was changed without the room is merged, or kept',
    module: 'drive',
    find: 'state = this._options.sightings ? null : await this._merge(canonical);\n      if (!state) {',
    replace: 'if (Math.min(0, 1) === 1) {'
  },
  {
    rule: 'What was changed in the drive is looked at before each save',
    module: 'drive',
    find: 'if (current !== null) {',
    replace: 'if (current === undefined) {',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A change that is merged twice stands once: its client follows from it',
    module: 'outside',
    find: 'fork.ydoc.clientID = await mergeClientId(update, changed);',
    replace: '',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'The site’s next version is never merged as somebody’s change',
    module: 'drive',
    find: 'if (!isOwn && !(await this._shipped.is(digest))) {',
    replace: 'if (!isOwn && digest === "") {',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A document that the drive refuses is open and shared all the same',
    module: 'provider',
    find: '      isRefused = true;\n',
    replace: '      throw error;\n',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'What the site ships is not “nothing” while it can’t be asked',
    module: 'shipped',
    find: 'return undefined;',
    replace: 'return null;',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'Only what a drive calls missing is missing',
    module: 'absence',
    find: 'response?.status === NOT_FOUND ||',
    replace: 'response !== null ||',
    tests: 'test/file.spec.ts'
  },
  {
    rule: 'A file that can’t be read is no reason to write what others have',
    module: 'provider',
    find: ' || !isAbsence(reason) || (await exists(path))',
    replace: '',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'While it is saved, the drive may hold either content',
    module: 'drive',
    find: 'const digests = [...new Set([...before, digest])];',
    replace: 'const digests = before;',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'While it is saved, nothing is merged into what is not known',
    module: 'drive',
    find: 'this._set({ digests, state: null })',
    replace: 'this._set({ digests })',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A tab whose history another tab has left writes nothing',
    module: 'drive',
    find: 'return base !== null && base.lineage !== this.lineage;',
    replace: 'return base !== null && base.lineage === null;',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'What was changed without the room is rescued where the room removed its cell',
    module: 'outside',
    find: 'Y.applyUpdate(fork.ydoc, missing(fork.ydoc, model.ydoc), ARRIVED);',
    replace: '',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'What the browser keeps comes back as it came, change by change',
    module: 'kept',
    find: 'updates.forEach(update => Y.applyUpdate(this._doc, update, this));',
    replace:
      'Y.transact(this._doc, () => updates.forEach(update => Y.applyUpdate(this._doc, update, this)), this);',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What a full browser refused is written once there is space',
    module: 'kept',
    find: 'store.add(whole);',
    replace: '',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What other tabs wrote is not lost when many changes are made one',
    module: 'kept',
    find: '(updates.result as Uint8Array[]).forEach(update =>',
    replace: '([] as Uint8Array[]).forEach(update =>',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'Nobody waits for a browser that does not answer',
    module: 'database',
    find: 'return await Promise.race([settled, tooLate]);',
    replace: 'return await settled;',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'What the browser answers late is merged, not replaced',
    module: 'records',
    find: 'before === undefined ? record : merge(before, record)',
    replace: 'record',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'A file is not written where the browser can’t remember that',
    module: 'drive',
    find: 'if (!(await this._set(',
    replace: 'if (!digest && !(await this._set(',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'What another history holds that the browser did not show is kept as a copy',
    module: 'base',
    find: 'if (base.isAuthor) {',
    replace: 'if (!base) {',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'What was found in the drive is accounted for before it is overwritten',
    module: 'drive',
    find: '(await drive.read()) ?? this._found?.content ?? null',
    replace: 'await drive.read()',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'A copy of what could not be kept does not give way to what was',
    module: 'drive',
    find: 'this.lineage + unkept',
    replace: 'this.lineage',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A copy of what the room shows goes, whatever history it was of',
    module: 'copies',
    find: ' || copy.digest === shown',
    replace: '',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'What takes space goes only once the drive has it',
    module: 'eviction',
    find: 'base.digests[0] === digest',
    replace: 'digest !== null',
    tests: 'test/eviction.spec.ts'
  },
  {
    rule: 'What a tab has open stays, whatever space it takes',
    module: 'lock',
    find: '(lock ? work() : null)',
    replace: 'work()',
    tests: 'test/eviction.spec.ts'
  },
  {
    rule: 'What is still to be kept as a copy stays, whatever space it takes',
    module: 'eviction',
    find: 'if (base.orphans?.includes(lineage)) {',
    replace: 'if (lineage === null) {',
    tests: 'test/eviction.spec.ts'
  },
  {
    rule: 'What is not mergeable is kept whole',
    module: 'merge',
    find: 'return removed <= MAX_REMOVED * base.length;',
    replace: 'return removed >= 0;',
    tests: 'test/merge.spec.ts'
  },
  {
    rule: 'A rename follows: it is done in the drives of the others',
    module: 'places',
    find: 'if (title !== undefined && title !== place.name) {',
    replace: 'if (title !== undefined && title === "") {',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'A new file of an old name is a new document',
    module: 'names',
    find: 'if (!place && !directory.isRetired(named)) {',
    replace: 'if (directory !== null) {',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'A rename frees the old name for everybody',
    module: 'directory',
    find: '      }\n      this.retire(documentId);',
    replace: '      }',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'Following a rename replaces nothing',
    module: 'places',
    find: 'isMoved || !(await file.exists(path))',
    replace: 'path !== ""',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'A path has one document of a kind',
    module: 'places',
    find: 'if (there.some(([, place]) => place.kind === kind)) {',
    replace: 'if (there.some(([, place]) => place.kind === "")) {',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'Every tab saves to where the file is',
    module: 'drive',
    find: 'await this._options.keepUp?.();',
    replace: '',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'Nothing is saved while a file is moved by hand',
    module: 'handwork',
    find: '(inner, id) => () => this._turns(room.store.lockName(id), inner),',
    replace: '(inner, id) => () => (id === "" ? inner() : inner()),',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'A move that a page ended in is finished',
    module: 'places',
    find: 'if (!isThere && (await file.exists(from))) {',
    replace: 'if (!isThere && from === "") {',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'What one person deletes stays a document of the others',
    module: 'places',
    find: 'if (!isElsewhere) {',
    replace: 'if (!isElsewhere || isElsewhere) {',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'What goes on after a deletion in another tab does so at its newest name',
    module: 'places',
    find: 'await this._free(documentId, place, file, null)',
    replace: 'await this._free(documentId, { name: from, kind }, file, null)',
    tests: 'test/lifecycle.simulator.spec.ts'
  },
  {
    rule: 'A file that nobody shares is never written over what somebody else wrote',
    module: 'file',
    find: 'if (file && !replaceable.some(version => isSameVersion(file, version))) {',
    replace: 'if (file && !replaceable.length) {',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'What Jupyter has looked at is replaced by its own save only',
    module: 'file',
    find: 'isAsked ? [this._known, this._looked] : [this._known]',
    replace: 'isAsked || !isAsked ? [this._known, this._looked] : []',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'Who has changed a document is asked before another version takes its place',
    module: 'private',
    find: '!dirty.dirty || isUntouched();',
    replace: 'dirty.dirty || !dirty.dirty;',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'Who has cancelled is not asked again and again',
    module: 'autosave',
    find: 'this._isDeclined = saved === DECLINED;',
    replace: 'this._isDeclined = false;',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'What was taken in from the drive is never merged with its history',
    module: 'history',
    find: 'this._isReloaded ||= isOther;',
    replace: 'this._isReloaded ||= isOther && !isOther;',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'A save brings no file back that somebody has taken away',
    module: 'drive',
    find: 'if (drive.isGone && !isAsked) {',
    replace: 'if (drive.isGone && isAsked && !isAsked) {',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Nothing is saved by itself while a deleted file is asked about',
    module: 'provider',
    find: '!isReadOnly && !this._deletion.isGone;',
    replace: '!isReadOnly;',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What is not kept yet counts as not saved',
    module: 'provider',
    find: 'if (deletion.isGone) {\n          this._dirty.markSaved(NEVER_SAVED);',
    replace:
      'if (deletion.isGone) {\n          this._dirty.markSaved(this._dirty.version);',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What somebody else has run since goes on at nobody else',
    module: 'cells/runs',
    find: 'return mark === null || mark.client === client;',
    replace: 'return mark === null || mark.client !== 0;',
    tests: 'test/cells.runs.spec.ts'
  },
  {
    rule: 'Nothing is written to a file of a room that is read-only',
    module: 'provider',
    find: 'this._file.isWritable ? this._private.saveByItself() : this._keepOut();',
    replace: 'this._private.saveByItself();',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'What a kernel writes to a shared file is shown without a save',
    module: 'provider',
    find: 'this._isSavedByItself &&\n      (await',
    replace: 'this._isSavedByItself && this._isDisposed &&\n      (await',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'What the drive has already is not written',
    module: 'drive',
    find: 'if (!isThere) {\n        const before',
    replace: 'if (!isThere || current !== null) {\n        const before',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'Who comes to a deleted document brings its file not back',
    module: 'provider',
    find: 'isDriveShared ? (history.part?.deletedBy ?? null) : null;',
    replace: 'isDriveShared ? null : (history.part?.deletedBy ?? null);',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Nobody is told that theirs stays where the file is gone',
    module: 'deletion',
    find: 'return !isThere;',
    replace: 'return isThere;',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What is kept replaces no new file',
    module: 'provider',
    find: 'if (isOther) {',
    replace: 'if (isOther && !isOther) {',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What is kept has its name again',
    module: 'directory',
    find: 'KEPT);\n      this.rename(documentId, title);',
    replace: 'KEPT);',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What somebody has kept is open to who had deleted it',
    module: 'places',
    find: 'return place === undefined || (place.path === null && isKept);',
    replace: 'return place === undefined || (place.path === null && !isKept);',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'What has been kept is not asked about elsewhere',
    module: 'provider',
    find: "if (news.what === 'kept') {",
    replace: "if (news.what === 'kept' && this._isDisposed) {",
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Who has deleted a file and is about to close it lets it go',
    module: 'whereabouts',
    find: 'this._isDisposed || room.places.hasLeft(documentId);',
    replace: 'this._isDisposed;',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Who lets a deleted document go frees its name',
    module: 'provider',
    find: 'const left = this._history?.part?.left();',
    replace: 'const left = null;',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Who closes a document waits for nobody any more',
    module: 'history',
    find: 'this._unwanted.abort(new DocumentClosed());',
    replace: '',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'What was not waited for is not taken for missing',
    module: 'history',
    find: 'return null; // what others have',
    replace: '// what others have',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'A topic is joined once at a time',
    module: 'room',
    find: '?.deref()?.isDisposed === false',
    replace: '?.deref()?.isDisposed === null',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'A file as it was before others’ first change is kept',
    module: 'file',
    find: 'if (isForeign && (!this._isKept || size',
    replace: 'if (isForeign && (size',
    tests: 'test/earlier.spec.ts'
  },
  {
    rule: 'What others remove much of is kept once more, whoever wrote it',
    module: 'file',
    find: 'if (isForeign || this._isKept) {',
    replace: 'if (isForeign) {',
    tests: 'test/earlier.spec.ts'
  },
  {
    rule: 'The version from before the room stays, however many come after it',
    module: 'earlier',
    find: '.document && !isFirst(one)',
    replace: '.document',
    tests: 'test/earlier.spec.ts'
  },
  {
    rule: 'Earlier versions are no room’s history',
    module: 'eviction',
    find: 'parseLineage(name.slice(slash + 1));',
    replace: 'name.slice(slash + 1) as Lineage;',
    tests: 'test/earlier.spec.ts'
  },
  {
    rule: 'Who deletes what only others have opened tells them',
    module: 'handwork',
    find: 'if (this._isDriveShared) {',
    replace: 'if (!this._isDriveShared) {',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Who sets all of a text changes what differs, as anybody else who sets the same',
    module: 'cells/replace',
    find: 'file.transact(() => revertText(file.ysource, text));',
    replace: 'file.updateSource(0, file.ysource.length, text);',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'Who sets all of a cell makes the change that anybody else makes who sets the same',
    module: 'cells/replace',
    find: "writeAs(doc!, ['revert', name, place.between, insert], () => {",
    replace: "writeAs(doc!, ['revert', Math.random()], () => {",
    tests: 'test/cells.revert.spec.ts'
  },
  {
    rule: 'Nothing but what is ours stands in the state of a document',
    module: 'state',
    find: 'return KEYS.get(parentSub)?.(value) === true;',
    replace: 'return KEYS.get(parentSub)?.(value) !== null;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nobody is told what others write into the state',
    module: 'intake',
    find: 'transaction.changed.delete(hidden as never);',
    replace: 'void hidden;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'What does not belong is taken out',
    module: 'intake',
    find: 'added.filter(item => !mayStand(item))',
    replace: 'added.filter(() => false)',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but letters stands in a text',
    module: 'plain',
    find: 'return content instanceof Y.ContentString;',
    replace: 'return content !== null;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but JSON stands where JSON is read',
    module: 'plain',
    find: 'return content instanceof Y.ContentAny && content.arr.every(value => isJson(value));',
    replace: 'return content !== null || isJson(content);',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'A notebook goes on saying what it is',
    module: 'intake',
    find: 'mend?.(transaction);',
    replace: 'void mend;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'All pages mend what a notebook says about itself alike',
    module: 'cells/meta',
    find: "['meta', key, idOf(last)]",
    replace: "['meta', key, Math.random(), idOf(last)]",
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but cells stands in the list of cells',
    module: 'cells/shape',
    find: '? !item.content.getContent().every(isCell)',
    replace: '? !item.content.getContent().length',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'A cell, or an output, of which somebody has made none is taken out',
    module: 'cells/shape',
    find: '[...added, ...types.map(({ _item }) => _item)]',
    replace: '[...added, ...types.slice(0, 0).map(({ _item }) => _item)]',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'Nothing but what names documents and histories stands in the directory',
    module: 'directory',
    find: 'mayStand: item => maps.get(item.parent)?.(item) !== false',
    replace: 'mayStand: item => maps.get(item.parent)?.(item) !== null',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Nobody takes a registration back',
    module: 'directory',
    find: 'types.get(_lineages as never) ?? []',
    replace:
      '[...(types.get(_lineages as never) ?? [])].filter(key => key && _lineages.has(key))',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Nobody takes back that a name was given on',
    module: 'directory',
    find: 'return this._retired._map.has(documentId);',
    replace: 'return this._retired.has(documentId);',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'A name that others don’t take is none',
    module: 'directory',
    find: '      if (titleOf(title)) {',
    replace: '      if (title.path) {',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'All that came at once is known before anybody is told of a part of it',
    module: 'directory',
    find: "this.doc.on('beforeObserverCalls', ({ changed: types }) =>",
    replace: "this.doc.on('afterTransaction', ({ changed: types }) =>",
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'What a page repairs is not written by who looks at it',
    module: 'authorship',
    find: '!isRepair(transaction) &&',
    replace: '(true || isRepair(transaction)) &&',
    tests: 'test/authorship.spec.ts'
  },
  {
    rule: 'Outputs that are taken out are taken out by nobody',
    module: 'cells/runs',
    find: 'markRepair(transaction);',
    replace: 'void markRepair;',
    tests: 'test/authorship.spec.ts'
  },
  {
    rule: 'What a page repairs is not for its user to save first',
    module: 'dirty',
    find: 'transaction.local && !isRepair(transaction);',
    replace: 'transaction.local || isRepair(transaction);',
    tests: 'test/authorship.spec.ts'
  },
  {
    rule: 'The parts of a cell are those that it came with',
    module: 'cells/shape',
    find: 'LASTING_PARTS.every(part => !entry._map.get(part)?.left)',
    replace: 'LASTING_PARTS.length > 0',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'What is taken out is counted out of what views are told',
    module: 'intake',
    find: 'strays.forEach(item => tell(arriving, item));',
    replace: 'strays.forEach(item => tell.length + item.length);',
    tests: 'test/hostile.spec.ts'
  },
  {
    rule: 'Views are shown outputs anew that they can’t follow',
    module: 'cells/corrections',
    find: 'texts.some(([, index]) => isListed || index !== youtputs.length - 1)',
    replace: 'texts.some(([, index]) => isListed && index === null)',
    tests: 'test/hostile.spec.ts'
  }
];
