// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of files: what is read from and written to one’s own drive.
 */
export const FILES: ReadonlyArray<IMutation> = [
  {
    rule: 'Who reloads a shared document takes away nothing that was not saved yet',
    module: 'provider',
    find: '(isWanted ? this._file.load() : this._file.read())',
    replace: 'this._file.load()',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'Who has read a version that somebody told of tells of it, too',
    module: 'drive',
    find: 'this._options.sightings?.tell(digest);\n      await this._set({ digests: [digest], state: null });',
    replace: 'await this._set({ digests: [digest], state: null });',
    tests: 'test/registration.spec.ts'
  },
  {
    rule: 'The longer a drive refuses, the longer it is left in peace',
    module: 'autosave',
    find: 'MIN_INTERVAL * 2 ** this._tries',
    replace: 'MIN_INTERVAL',
    tests: 'test/autosave.spec.ts'
  },
  {
    rule: 'A file that has become read-only is not written any more',
    module: 'file',
    find: 'this._isWritable = file?.writable !== false;',
    replace: '',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'What the drive makes of what somebody in the room wrote is no change of somebody else’s',
    module: 'drive',
    find: 'const marks = [digest, ...(await this._marks())];',
    replace: 'const marks = [digest];',
    tests: 'test/common.spec.ts'
  },
  {
    rule: 'What the drive makes something else of is not written for ever',
    module: 'drive',
    find: ': await this._isMadeOf(whole));',
    replace: ': false);',
    tests: 'test/common.spec.ts'
  },
  {
    rule: 'What this page has written, and nobody else since, is not written again',
    module: 'drive',
    find: '!isAsked && this._written === canonical',
    replace: 'false',
    tests: 'test/common.spec.ts'
  },
  {
    rule: 'What the user wants written is written',
    module: 'drive',
    find: '!isAsked && this._written === canonical',
    replace: 'this._written === canonical',
    tests: 'test/common.spec.ts'
  },
  {
    rule: 'Who comes with a version of their own is told that it was theirs',
    module: 'drive',
    find: 'this._options.sightings !== undefined && !isFound',
    replace: 'this._options.sightings !== undefined',
    tests: 'test/common.spec.ts'
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
    find: 'fork.ydoc.clientID = await mergeClientId(bytesOf(update), changed);',
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
    find: '      refusal = error;\n',
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
    find: 'applyUpdate(fork.ydoc, missing(fork.ydoc, model.ydoc), ARRIVED);',
    replace: '',
    tests: 'test/drive.spec.ts'
  },
  {
    rule: 'A file is not written where the browser can’t remember that',
    module: 'drive',
    find: 'if (!(await this._set(',
    replace: 'if (!digest && !(await this._set(',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'What was found in the drive is accounted for before it is overwritten',
    module: 'drive',
    find: 'read ?? this._found?.content ?? null',
    replace: 'read',
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
    rule: 'What a tab has open stays, whatever space it takes',
    module: 'lock',
    find: '(lock ? work() : null)',
    replace: 'work()',
    tests: 'test/eviction.spec.ts'
  },
  {
    rule: 'Every tab saves to where the file is',
    module: 'drive',
    find: 'await this._options.keepUp?.();',
    replace: '',
    tests: 'test/places.spec.ts'
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
    rule: 'A save brings no file back that somebody has taken away',
    module: 'drive',
    find: 'if (drive.isGone && !isAsked) {',
    replace: 'if (drive.isGone && isAsked && !isAsked) {',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Nothing is saved by itself while a deleted file is asked about',
    module: 'provider',
    find: 'this._isTakenAway || this._deletion.isGone;',
    replace: 'this._isTakenAway;',
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
    rule: 'What has been kept is not asked about elsewhere',
    module: 'provider',
    find: "if (news.what === 'kept') {",
    replace: "if (news.what === 'kept' && this._isDisposed) {",
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
    rule: 'A file that the user deletes does not come back by itself',
    module: 'provider',
    find: 'this._isTakenAway || this._deletion.isGone;',
    replace: 'this._deletion.isGone;',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'Who saves what they have deleted has it saved by itself again',
    module: 'provider',
    find: 'this._isTakenAway &&= !isAsked;',
    replace: '',
    tests: 'test/private.spec.ts'
  },
  {
    rule: 'A file that is there again is saved by itself again',
    module: 'provider',
    find: '} else if (this._isTakenAway && newPath === this._file.path) {',
    replace: '} else if (this._isTakenAway && newPath === oldPath) {',
    tests: 'test/private.spec.ts'
  }
];
