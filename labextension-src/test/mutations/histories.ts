// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of histories: which there are, which the room has, and how one comes to a page.
 */
export const HISTORIES: ReadonlyArray<IMutation> = [
  {
    rule: 'Only states of one lineage are merged: each has a topic of its own',
    module: 'membership',
    find: 'subject: lineage,',
    replace: 'subject: documentId,'
  },
  {
    rule: 'The store keeps each lineage apart',
    module: 'roompart',
    find: 'room.store.keep(lineage, model.ydoc,',
    replace: 'room.store.keep(this._options.documentId, model.ydoc,'
  },
  {
    rule: 'A lineage is fetched into a document of its own',
    module: 'history',
    find: '    if (arrival) {\n      applyUpdate',
    replace:
      '    if (arrival || lineage !== own) {\n      this._begin(seed);\n    }\n    if (arrival) {\n      applyUpdate'
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
    rule: 'What another history holds that the browser did not show is kept as a copy',
    module: 'base',
    find: 'if (base.isAuthor) {',
    replace: 'if (!base) {',
    tests: 'test/silence.spec.ts'
  },
  {
    rule: 'What is not mergeable is kept whole',
    module: 'merge',
    find: 'return removed <= MAX_REMOVED * base.length;',
    replace: 'return removed >= 0;',
    tests: 'test/merge.spec.ts'
  },
  {
    rule: 'What was taken in from the drive is never merged with its history',
    module: 'history',
    find: 'this._isReloaded ||= isOther;',
    replace: 'this._isReloaded ||= isOther && !isOther;',
    tests: 'test/provider.spec.ts'
  },
  {
    rule: 'Who closes a document waits for nobody any more',
    module: 'history',
    find: 'this._unwanted.abort(new DocumentClosed());',
    replace: '',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'Who closes a document while it opens begins nothing any more',
    module: 'history',
    find: 'const done = await work;\n    this._unwanted.signal.throwIfAborted();',
    replace: 'const done = await work;',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'What is being loaded is given up with what it is loaded for',
    module: 'store',
    find: "signal?.addEventListener('abort', release, { once: true });",
    replace: '',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'What was not waited for is not taken for missing',
    module: 'reservation',
    find: 'this._signal = signal;',
    replace: '',
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
    rule: 'Nothing but what is ours stands in the state of a document',
    module: 'state',
    find: 'return KEYS.get(parentSub)?.(value) === true;',
    replace: 'return KEYS.get(parentSub)?.(value) !== null;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Who takes a document out of the room while it opens joins nothing',
    module: 'history',
    find: 'if (this._wanted === room) {',
    replace: 'if (this._wanted !== undefined) {',
    tests: 'test/closing.spec.ts'
  },
  {
    rule: 'A guest opens what another of their tabs has opened meanwhile',
    module: 'history',
    find: 'if (!mayOpen) {',
    replace: 'if (!mayOpen && !room) {',
    tests: 'test/closing.spec.ts'
  }
];
