// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of where documents are, and what they are called.
 */
export const PLACES: ReadonlyArray<IMutation> = [
  {
    rule: 'Everybody chooses the smallest lineage',
    module: 'candidates',
    find: 'new TinyQueue<Lineage>()',
    replace: 'new TinyQueue<Lineage>([], () => 0)'
  },
  {
    rule: 'What is chosen is found without a look at all that was registered',
    module: 'candidates',
    find: 'let first = this._queue.peek();',
    replace:
      'return [...this._all].sort().find(one => !isAbandoned(one)) ?? null;\n    let first = this._queue.peek();',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'A lineage that somebody has after all counts again',
    module: 'directory',
    find: 'this._countAgain(types',
    replace: 'void (types',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Nothing stands in a directory but what it is made of',
    module: 'directory',
    find: 'maps.get(item.parent)?.(item) === true',
    replace: 'maps.get(item.parent)?.(item) !== false',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'A title is a path and a kind, and nothing else',
    module: 'directory',
    find: '!Object.keys(others).length &&',
    replace: '(!Object.keys(others).length || title !== null) &&',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'However many documents had a name, it is soon known which one has it now',
    module: 'names',
    find: 'isTaken(generation) && generation < MAX_GENERATIONS',
    replace: 'isTaken(generation)',
    tests: 'test/places.spec.ts'
  },
  {
    rule: 'What somebody goes on with takes the place of what nobody had',
    module: 'directory',
    find: 'this._abandon(documentId);\n      this.register',
    replace: 'this.register',
    tests: 'test/directory.spec.ts'
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
    find: 'return place !== undefined || directory.isRetired(named);',
    replace: 'return directory === null;',
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
    rule: 'While the code of the room is missing, nobody knows that a document is not there',
    module: 'provider',
    find: 'if (missing && isShared &&',
    replace: 'if (missing === null && isShared &&',
    tests: 'test/loading.room.spec.ts'
  },
  {
    rule: 'What is done to files while the code of the room is missing is told later',
    module: 'handwork',
    find: '?.then(room => room && tell(room))',
    replace: '?.then(() => undefined)',
    tests: 'test/loading.room.spec.ts'
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
    rule: 'Who has deleted a file and is about to close it lets it go',
    module: 'whereabouts',
    find: 'this._isDisposed || room.places.hasLeft(documentId);',
    replace: 'this._isDisposed;',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Who deletes what only others have opened tells them',
    module: 'handwork',
    find: 'if (this._isDriveShared) {',
    replace: 'if (!this._isDriveShared) {',
    tests: 'test/deletion.spec.ts'
  },
  {
    rule: 'Nothing but what names documents and histories stands in the directory',
    module: 'directory',
    find: 'mayStand: item => maps.get(item.parent)?.(item) === true',
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
    find: "this.doc.on('beforeObserverCalls', ({ changed: types }: Y.Transaction) =>",
    replace: "this.doc.on('afterTransaction', ({ changed: types }: Y.Transaction) =>",
    tests: 'test/registration.spec.ts'
  }
];
