// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of what a browser keeps.
 */
export const STORAGE: ReadonlyArray<IMutation> = [
  {
    rule: 'What the browser keeps comes back as it came, change by change',
    module: 'kept',
    find: 'as it was then\n    updates.forEach(update => applyKept(this._doc, update, this));',
    replace:
      'as it was then\n    this._doc.transact(() => updates.forEach(update => applyKept(this._doc, update, this)), this);',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What a full browser refused is written once there is space',
    module: 'kept',
    find: 'await this._write(wholeOf(this._doc));',
    replace: '',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What other tabs wrote is not lost when many changes are made one',
    module: 'kept',
    find: 'updates.forEach(update => applyKept(this._doc, update, this));\n    // a',
    replace: '// a',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What is typed is made one while people type, not only once they rest',
    module: 'kept',
    find: 'void this._compact();',
    replace: '',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'One tab makes one of what all tabs write',
    module: 'kept',
    find: 'const isTurn = this._endTurn !== null && !this._isCompacting;',
    replace: 'const isTurn = !this._isCompacting;',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What all tabs write counts for the one that makes one of it',
    module: 'kept',
    find: '(this._lastKey ?? last - added.length);',
    replace: '(last - added.length);',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'Many changes are taken away and written as one at once, or not at all',
    module: 'kept',
    find: 'store.put(one, first);',
    replace: "void done.then(() => this._store('readwrite').put(one, first));",
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What is taken away is what was read, and not what another tab has written since',
    module: 'kept',
    find: 'store.delete(IDBKeyRange.upperBound(last));',
    replace: 'store.clear();',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What another tab has made one of more is not replaced by what holds less',
    module: 'kept',
    find: 'if (there.result === keys.length) {',
    replace: 'if (there.result > 0) {',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What was written while all was compressed comes after it',
    module: 'kept',
    find: 'store.put(one, first);',
    replace: 'store.add(one);',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What the browser keeps is compressed',
    module: 'whole',
    find: 'return gzip.length < kept.whole.length ? { gzip } : kept;',
    replace: 'return gzip.length < 0 ? { gzip } : kept;',
    tests: 'test/small.spec.ts'
  },
  {
    rule: 'What is large is not compressed: the page would do nothing else',
    module: 'whole',
    find: 'kept.whole.length <= MAX_PACKED;',
    replace: 'kept.whole.length > 0;',
    tests: 'test/small.spec.ts'
  },
  {
    rule: 'The state that a file had is compressed, too',
    module: 'drive',
    find: 'update: await pack(update)',
    replace: 'update',
    tests: 'test/small.spec.ts'
  },
  {
    rule: 'What was compressed is made what it was',
    module: 'whole',
    find: "{ whole: await through(kept.gzip, new DecompressionStream('gzip')) }",
    replace: '{ whole: kept.gzip }',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'Once there is space again, two of all are made one',
    module: 'kept',
    find: 'this._compactSoon(true);',
    replace: 'this._compactSoon();',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What comes while others are being written is written with one transaction',
    module: 'kept',
    find: 'if (this._isWriting) {',
    replace: 'if (!this._waiting.length) {',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'What waits to be written is written when a history is closed',
    module: 'kept',
    find: 'if (this._waiting.length) {',
    replace: 'if (this._waiting.length > 1000) {',
    tests: 'test/kept.spec.ts'
  },
  {
    rule: 'Whether a document is saved is not written between its letters',
    module: 'dirty',
    find: "ystate.set = (key, value) => (key === 'dirty' ? value : set(key, value));",
    replace: 'ystate.set = set;',
    tests: 'test/dirty.spec.ts'
  },
  {
    rule: 'What people correct takes little',
    module: 'whole',
    find: 'return { whole: Y.encodeStateAsUpdateV2(doc) };',
    replace: 'return Y.encodeStateAsUpdate(doc) as never;',
    tests: 'test/small.spec.ts'
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
    rule: 'What takes space goes only once the drive has it',
    module: 'eviction',
    find: 'base.digests[0] === digest',
    replace: 'digest !== null',
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
    rule: 'Earlier versions are no room’s history',
    module: 'eviction',
    find: 'parseLineage(name.slice(slash + 1));',
    replace: 'name.slice(slash + 1) as Lineage;',
    tests: 'test/earlier.spec.ts'
  }
];
