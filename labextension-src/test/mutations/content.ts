// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of what stands in a document, and whose it is.
 */
export const CONTENT: ReadonlyArray<IMutation> = [
  {
    rule: 'A caret goes with what stands left of it',
    module: 'cells/whereabouts',
    find: "placeAmong(before, 'after') ??",
    replace: '',
    tests: 'test/whereabouts.spec.ts'
  },
  {
    rule: 'A caret goes with what was taken out of its cell',
    module: 'cells/whereabouts',
    find: 'return beside.every(id => isAlive(doc, id))',
    replace: 'return beside',
    tests: 'test/whereabouts.spec.ts'
  },
  {
    rule: 'What others typed is theirs, also where an undo has brought it back',
    module: 'cells/recorder',
    find: 'const isOwn = families.origin(character).client === transaction.doc.clientID;',
    replace: 'const isOwn = character.client === transaction.doc.clientID;',
    tests: 'test/cells.undo.spec.ts'
  },
  {
    rule: 'What an undo puts into a cell that it takes away does not stand for anything',
    module: 'cells/recorder',
    find: 'const source = isAlive(doc, made) ? latest.get(root) : null;',
    replace: 'const source = latest.get(root);',
    tests: 'test/cells.undo.spec.ts'
  },
  {
    rule: 'Only a redo takes away again what others typed',
    module: 'cells/undone',
    find: 'if (this._stacks.get(transaction)?.isRedo) {',
    replace: 'if (this._stacks.has(transaction)) {',
    tests: 'test/cells.undo.spec.ts'
  },
  {
    rule: 'What was deleted before is not deleted with its cell',
    module: 'cells/deleted',
    find: 'meta.set(DELETED, deleted);',
    replace: 'meta.set(DELETED, deleteSet);',
    tests: 'test/cells.undo.spec.ts'
  },
  {
    rule: 'A cell that is split keeps its end',
    module: 'cells/align',
    find: 'source.lastIndexOf(target)',
    replace: 'source.indexOf(target)',
    tests: 'test/cells.undo.spec.ts'
  },
  {
    rule: 'Nobody is told of a value that another has overwritten, nor stopped by that',
    module: 'intake',
    find: 'forgetUnchanged(transaction, isCell);',
    replace: '',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'What somebody else has run since goes on at nobody else',
    module: 'cells/runs',
    find: 'return mark === null || mark.client === client;',
    replace: 'return mark === null || mark.client !== 0;',
    tests: 'test/cells.runs.spec.ts'
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
    rule: 'Nobody is told what others write into the state',
    module: 'intake',
    find: 'transaction.changed.delete(hidden as never);',
    replace: 'void hidden;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Who wrote what is taken out is noted',
    module: 'intake',
    find: 'strays.forEach(({ id }) => accuse(doc, id.client));',
    replace: 'void accuse;',
    tests: 'test/ignored.spec.ts'
  },
  {
    rule: 'Who wrote what is taken out is called by their name',
    module: 'provider',
    find: 'nameWriters(options.model.ydoc, options.model.awareness);',
    replace: 'void nameWriters;',
    tests: 'test/ignored.spec.ts'
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
