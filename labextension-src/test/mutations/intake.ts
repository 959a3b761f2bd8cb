// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IMutation } from './mutation';

/**
 * The rules of what others may write into what is shared, one by one.
 */
export const INTAKE: ReadonlyArray<IMutation> = [
  {
    rule: 'Nothing but a text, and what is ours of the state, stands in a file',
    module: 'allowed',
    find: '((item.parent as unknown) !== state || isState(item))',
    replace: 'true',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but what is ours stands in the state of a notebook',
    module: 'allowed',
    find: '? isState(item)\n',
    replace: '? true\n',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but a format and metadata stands in what a notebook says about itself',
    module: 'allowed',
    find: 'isMeta(item, meta) &&',
    replace: '',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Nothing but what belongs there stands in a cell',
    module: 'allowed',
    find: '&& isInShape(item, cells)',
    replace: '',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'What is no whole cell, or output, is taken out',
    module: 'allowed',
    find: 'spoilt: spoiltCells,',
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'Views are told nothing of what is taken out before they have seen it',
    module: 'intake',
    find: 'transaction.changed.clear();',
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'Nothing is nested so deep that it can’t be saved',
    module: 'plain',
    find: 'if (depth === MAX_DEPTH) {',
    replace: 'if (depth === Infinity) {',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'No integer of 64 bits stands where JSON is read',
    module: 'plain',
    find: "case 'bigint':\n      return false;",
    replace: '',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'No bytes stand within what is JSON otherwise',
    module: 'plain',
    find: '!ArrayBuffer.isView(value) &&',
    replace: '',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Lists hold JSON only',
    module: 'plain',
    find: 'return value.every(one => isJson(one, depth + 1));',
    replace: 'return true;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Objects hold JSON only',
    module: 'plain',
    find: 'Object.values(value).every(one => isJson(one, depth + 1))',
    replace: 'true',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'A cell holds its parts and JSON, and nothing else',
    module: 'cells/shape',
    find: 'return CELL_PARTS.includes(String(parentSub)) || isPlain(item);',
    replace: 'return true;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Outputs are maps, or JSON',
    module: 'cells/shape',
    find: 'return content instanceof Y.ContentType || isPlain(item);',
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'An output holds JSON, and what it prints',
    module: 'cells/shape',
    find: "return isPlain(item) || (isStream && parentSub === 'text');",
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'No other part of an output is a shared text',
    module: 'cells/shape',
    find: "(isStream && parentSub === 'text')",
    replace: 'isStream',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'The metadata of a cell are JSON',
    module: 'cells/shape',
    find: 'return !isMetadata || isPlain(item);',
    replace: 'return true;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'A cell has an id',
    module: 'cells/shape',
    find: "typeof entry.get('id') === 'string' &&",
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'A cell is of a type that there is',
    module: 'cells/shape',
    find: "CELL_TYPES.includes(entry.get('cell_type')) &&",
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'The source of a cell is a text',
    module: 'cells/shape',
    find: "entry.get('source') instanceof Y.Text &&",
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'The metadata of a cell are a map',
    module: 'cells/shape',
    find: "entry.get('metadata') instanceof Y.Map &&",
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'A code cell has a list of outputs',
    module: 'cells/shape',
    find: "(entry.get('cell_type') !== 'code' || entry.get('outputs') instanceof Y.Array) &&",
    replace: '',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'An output is what it came as',
    module: 'cells/shape',
    find: '[...entry._map.values()].some(({ deleted, left }) => deleted || left)',
    replace: 'false',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'What a stream prints is a shared text, and nothing else prints one',
    module: 'cells/shape',
    find: "return type === 'stream' && get('text') instanceof Y.Text;",
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'An error has a traceback',
    module: 'cells/shape',
    find: "return Array.isArray(get('traceback'));",
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'What is displayed has data',
    module: 'cells/shape',
    find: "return typeof get('data') === 'object' && get('data') !== null;",
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'An output says of which type it is',
    module: 'cells/shape',
    find: "return typeof type === 'string';",
    replace: 'return true;',
    tests: 'test/cells.shape.spec.ts'
  },
  {
    rule: 'A notebook says nothing about itself but what it must',
    module: 'cells/meta',
    find: 'return PARTS.get(item.parentSub)?.is(item) === true;',
    replace: 'return PARTS.get(item.parentSub)?.is(item) !== false;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'The metadata of a notebook are a map',
    module: 'cells/meta',
    find: 'is: ({ content }) => content instanceof Y.ContentType && isMap(content.type),',
    replace: 'is: () => true || isMap(null),',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'A notebook is of the format that is opened',
    module: 'cells/meta',
    find: 'is: item => valueOf(item) === NBFORMAT,',
    replace: 'is: () => true,',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'The minor version of a notebook is a number',
    module: 'cells/meta',
    find: 'Number.isSafeInteger(valueOf(item)) && (valueOf(item) as number) >= 0',
    replace: 'true',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'The metadata of a notebook are JSON',
    module: 'cells/meta',
    find: 'return (parent.parent as unknown) !== meta || isPlain(item);',
    replace: 'return true;',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'That something was seeded is said by one value',
    module: 'state',
    find: 'value === true],',
    replace: 'value !== null],',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'That something is to be saved is yes or no',
    module: 'state',
    find: "typeof value === 'boolean'",
    replace: 'value !== undefined',
    tests: 'test/intake.spec.ts'
  },
  {
    rule: 'Histories have ids',
    module: 'directory',
    find: '[_lineages, item => parseKey(item.parentSub) !== null && valueOf(item) === true],',
    replace: '[_lineages, () => true],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Histories are registered, or not, and nothing more is said of them',
    module: 'directory',
    find: 'item => parseKey(item.parentSub) !== null && valueOf(item) === true],',
    replace: 'item => parseKey(item.parentSub) !== null],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Nobody has, or somebody has, a history',
    module: 'directory',
    find: '[_abandoned, item => parseKey(item.parentSub) !== null && isBoolean(item)],',
    replace: '[_abandoned, () => true],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Documents that have a name have an id',
    module: 'directory',
    find: '[_titles, item => isDocument(item) && titleOf(valueOf(item)) !== null],',
    replace: '[_titles, item => titleOf(valueOf(item)) !== null],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Names are those that every drive may have',
    module: 'directory',
    find: '[_titles, item => isDocument(item) && titleOf(valueOf(item)) !== null],',
    replace: '[_titles, item => isDocument(item)],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Documents whose name was given on have an id',
    module: 'directory',
    find: '[_retired, item => isDocument(item) && valueOf(item) === true],',
    replace: '[_retired, item => valueOf(item) === true],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'That a name was given on is all that is said of it',
    module: 'directory',
    find: '[_retired, item => isDocument(item) && valueOf(item) === true],',
    replace: '[_retired, item => isDocument(item)],',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Documents that were deleted have an id',
    module: 'directory',
    find: '[_deleted, item => isDocument(item) && isDeletion(valueOf(item))]',
    replace: '[_deleted, item => isDeletion(valueOf(item))]',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Who has deleted a document has a name',
    module: 'directory',
    find: '[_deleted, item => isDocument(item) && isDeletion(valueOf(item))]',
    replace: '[_deleted, item => isDocument(item)]',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Names of people are bounded',
    module: 'directory',
    find: "(typeof value === 'string' && value.length <= MAX_NAME)",
    replace: "typeof value === 'string'",
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'Kinds of documents are bounded',
    module: 'directory',
    find: '    kind.length <= MAX_KIND\n',
    replace: '    kind.length > 0\n',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'What follows the id of a history makes it none',
    module: 'directory',
    find: ' && !others.length ?',
    replace: ' ?',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'How many documents have a name is bounded',
    module: 'directory',
    find: '.slice(0, MAX_TITLED)',
    replace: '.slice(0)',
    tests: 'test/directory.spec.ts'
  },
  {
    rule: 'What is a copy is believed of its author only',
    module: 'cells/ledger',
    find: 'item?.deleted === false && item.id.client === client',
    replace: 'item?.deleted === false && item.id.client !== client + 0.5',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'A character that comes from itself has no family',
    module: 'cells/families',
    find: 'if (seen.has(keyOf(id))) {',
    replace: 'if (id === null) {',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'A cell that stands for itself stands for nothing',
    module: 'cells/ledger',
    find: 'if (seen.has(keyOf(oldest))) {',
    replace: 'if (oldest === null) {',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'A cell stands for cells only',
    module: 'cells/ledger',
    find: "typeof parent !== 'string' || !/^\\d+\\/\\d+$/.test(parent)",
    replace: 'parent === null',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'The ledger holds numbers',
    module: 'cells/ledger',
    find: ' &&\n    value.every(Number.isSafeInteger)',
    replace: '',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'The ledger’s entries are bounded',
    module: 'cells/ledger',
    find: ' &&\n    value.length <= MAX_NUMBERS',
    replace: '',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'Parts of copies have a beginning and a length',
    module: 'cells/ledger',
    find: 'if (length > 0 && clock >= 0 && sourceClock >= 0) {',
    replace: 'if (length !== Infinity) {',
    tests: 'test/cells.ledger.spec.ts'
  },
  {
    rule: 'A mark of a run is of its cell',
    module: 'cells/runs',
    find: 'mark?.cell === keyOf(idOf(cell._item!)) &&',
    replace: 'keyOf(idOf(cell._item!)) !== "" &&',
    tests: 'test/cells.runs.spec.ts'
  },
  {
    rule: 'A mark of a run names a client',
    module: 'cells/runs',
    find: " && typeof mark.client === 'number'",
    replace: '',
    tests: 'test/cells.runs.spec.ts'
  },
  {
    rule: 'What takes too long to find out is not answered',
    module: 'cells/effort',
    find: 'if (this._looks < 0) {',
    replace: 'if (this._looks < -Infinity) {',
    tests: 'test/cells.effort.spec.ts'
  },
  {
    rule: 'Nobody says of me who I am',
    module: '../peer/hooks',
    find: 'client === awareness.clientID ||',
    replace: '',
    tests: 'test/peer/naming.spec.ts'
  },
  {
    rule: 'Nobody says of others who are connected to me who they are',
    module: '../peer/hooks',
    find: ' || others.has(client)',
    replace: '',
    tests: 'test/peer/naming.spec.ts'
  },
  {
    rule: 'Who has no user name is nobody',
    module: '../people/roster',
    find: "if (typeof said?.username !== 'string') {",
    replace: 'if (said?.username === undefined) {',
    tests: 'test/people.spec.ts'
  },
  {
    rule: 'Nobody’s colour loads anything',
    module: '../people/roster',
    find: 'SAFE_COLOR.test(color) ? color : NO_COLOR',
    replace: 'color || NO_COLOR + SAFE_COLOR',
    tests: 'test/people.spec.ts'
  },
  {
    rule: 'Names of people are shown as far as a name goes',
    module: '../people/roster',
    find: '[...called.trim()].slice(0, MAX_NAME)',
    replace: '[...called.trim()]',
    tests: 'test/people.spec.ts'
  },
  {
    rule: 'What somebody is called is words',
    module: '../people/roster',
    find: "typeof called === 'string' ? [...called.trim()].slice(0, MAX_NAME) : []",
    replace: '[...String(called).trim()].slice(0, MAX_NAME)',
    tests: 'test/people.spec.ts'
  },
  {
    rule: 'Where somebody is is a path',
    module: '../people/roster',
    find: 'return isPlainPath(path) ? path : null;',
    replace: 'return path as string;',
    tests: 'test/people.spec.ts'
  },
  {
    rule: 'Who wrote what is taken out is called by words',
    module: '../room/person',
    find: "typeof name === 'string' ? name : null",
    replace: 'name as string',
    tests: 'test/ignored.spec.ts'
  },
  {
    rule: 'As many people are known as may be in a room',
    module: '../peer/hooks',
    find: 'return isKnown || known++ < MAX_KNOWN;',
    replace: 'return isKnown || known++ < Infinity;',
    tests: 'test/peer/naming.spec.ts'
  }
];
