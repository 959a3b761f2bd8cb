// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * JSON, as it comes out of a file.
 */
type JSONObject = { [key: string]: JSONValue };
type JSONValue = null | boolean | number | string | JSONValue[] | JSONObject;

/**
 * A cell in canonical form.
 */
export interface ICanonicalCell extends JSONObject {
  id: string;
  cell_type: string;
  source: string;
  metadata: JSONObject;
}

/**
 * A notebook in canonical form: two files that mean the same have the same.
 */
export interface ICanonicalNotebook extends JSONObject {
  nbformat: number;
  nbformat_minor: number;
  metadata: JSONObject;
  cells: ICanonicalCell[];
}

/**
 * The key of a cell's metadata that says whether its outputs may run scripts.
 */
export const TRUSTED = 'trusted';

/**
 * The cell types of nbformat 4.
 */
const CELL_TYPES = ['code', 'markdown', 'raw'];

/**
 * The first nbformat 4 minor version whose cells have ids.
 */
export const FIRST_MINOR_WITH_IDS = 5;

/**
 * What nbformat allows as the id of a cell.
 */
const CELL_ID = /^[a-zA-Z0-9-_]{1,64}$/;

/**
 * The length of derived cell ids, in hex digits: two of 10,000 cells collide
 * with a probability of 1 in 10¹¹.
 */
const DERIVED_ID_LENGTH = 16;

/**
 * Keys of a mime bundle whose values are JSON, not text in lines.
 */
const JSON_MIME_TYPE = /^application\/(.*\+)?json$/;

/**
 * Bring a notebook into canonical form.
 *
 * Keys are sorted, text that nbformat allows as a list of lines is joined,
 * cells without an id get one that is derived from their content, a notebook
 * without cells gets an empty one, and trust is taken away: whether outputs may
 * run JavaScript is not for a file to say.
 *
 * @param content - The content of a notebook file, of nbformat 4.
 * @throws Error, with a message for people, if it is not such a notebook.
 */
export function canonicalNotebook(content: unknown): ICanonicalNotebook {
  if (!isObject(content) || typeof content.nbformat !== 'number') {
    throw new Error(
      'This file is not a notebook: it has no "nbformat". ' +
        'Open it with the editor, and correct it.'
    );
  }
  const { nbformat } = content;
  if (nbformat !== 4) {
    throw new Error(
      `This notebook has format ${nbformat}, and only format 4 can be opened. ` +
        'Convert it with "jupyter nbconvert --to notebook".'
    );
  }
  const minor = content.nbformat_minor;
  const nbformat_minor = typeof minor === 'number' ? minor : FIRST_MINOR_WITH_IDS;
  const metadata = sorted(isObject(content.metadata) ? content.metadata : {}, [
    'orig_nbformat' // what it was before a conversion: Jupyter drops it too
  ]);

  const cells = Array.isArray(content.cells) ? content.cells : [];
  const ids = new CellIds(nbformat_minor >= FIRST_MINOR_WITH_IDS);
  const canonicalCells = cells.map((cell, index) => canonicalCell(cell, index, ids));
  if (!canonicalCells.length) {
    // Jupyter shows an empty cell in an empty notebook; all peers must show the same
    canonicalCells.push(canonicalCell({ cell_type: 'code' }, 0, ids));
  }
  return { cells: canonicalCells, metadata, nbformat, nbformat_minor };
}

/**
 * Bring a text into canonical form: editors know one kind of line ending.
 */
export function canonicalText(content: string): string {
  return content.replace(/\r\n?/g, '\n');
}

/**
 * Gives cells their ids.
 */
class CellIds {
  /**
   * @param keep - Whether the ids in the file count.
   */
  constructor(keep: boolean) {
    this._keep = keep;
  }

  /**
   * Choose the id of a cell.
   *
   * @param id - The id in the file, if there is one.
   * @param cell - The cell in canonical form, but for its id.
   */
  choose(id: unknown, cell: JSONObject): string {
    const kept = this._keep && typeof id === 'string' && CELL_ID.test(id);
    let chosen = kept ? id : '';
    for (let n = 0; !chosen || this._taken.has(chosen); n++) {
      // equal cells are told apart by their order
      const digest = sha256(utf8ToBytes(JSON.stringify([n, cell])));
      chosen = bytesToHex(digest).slice(0, DERIVED_ID_LENGTH);
    }
    this._taken.add(chosen);
    return chosen;
  }

  private readonly _keep: boolean;
  private readonly _taken = new Set<string>();
}

function canonicalCell(value: unknown, index: number, ids: CellIds): ICanonicalCell {
  const cell = isObject(value) ? value : {};
  const cell_type = cell.cell_type as string;
  if (!CELL_TYPES.includes(cell_type)) {
    throw new Error(
      `Cell ${index + 1} of this notebook has the type ${JSON.stringify(cell_type)}, ` +
        `which is none of ${CELL_TYPES.join(', ')}.`
    );
  }
  const canonical: ICanonicalCell = {
    id: '',
    cell_type,
    metadata: cellMetadata(isObject(cell.metadata) ? cell.metadata : {}),
    source: joined(cell.source ?? '') as string
  };
  if (isObject(cell.attachments)) {
    canonical.attachments = mapValues(cell.attachments, mimeBundle);
  }
  if (cell_type === 'code') {
    const count = cell.execution_count;
    // shared models know no 0
    canonical.execution_count = (typeof count === 'number' && count) || null;
    const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
    canonical.outputs = outputs.filter(isObject).map(canonicalOutput);
  }
  canonical.id = ids.choose(cell.id, canonical);
  return canonical;
}

/**
 * The metadata of a cell, without trust. Whether outputs are hidden is written
 * in two places, which shared models keep equal.
 */
function cellMetadata(metadata: JSONObject): JSONObject {
  const copy = sorted(metadata, [TRUSTED]);
  const jupyter = isObject(copy.jupyter) ? copy.jupyter : {};
  const hidden = copy.collapsed ?? jupyter.outputs_hidden ?? null;
  if (hidden === null) {
    return copy;
  }
  return sorted({
    ...copy,
    collapsed: hidden,
    jupyter: { ...jupyter, outputs_hidden: hidden }
  });
}

function canonicalOutput(output: JSONObject): JSONObject {
  const { data, text, ...rest } = output;
  return sorted({
    ...rest,
    ...(text === undefined ? {} : { text: joined(text) }),
    ...(isObject(data) ? { data: mimeBundle(data) } : {})
  });
}

function mimeBundle(bundle: JSONValue): JSONObject {
  return mapValues(isObject(bundle) ? bundle : {}, (value, type) =>
    JSON_MIME_TYPE.test(type) ? sortedValue(value) : joined(value)
  );
}

/**
 * Join the lines of a multi-line string, as nbformat allows both.
 */
function joined(value: JSONValue): JSONValue {
  const lines = Array.isArray(value) && value.every(line => typeof line === 'string');
  return lines ? value.join('') : sortedValue(value);
}

function sorted(object: JSONObject, drop: string[] = []): JSONObject {
  const { ...copy } = object;
  drop.forEach(key => delete copy[key]);
  return mapValues(copy, sortedValue);
}

function sortedValue(value: JSONValue): JSONValue {
  if (Array.isArray(value)) {
    return value.map(sortedValue);
  }
  return isObject(value) ? sorted(value) : value;
}

function mapValues(
  object: JSONObject,
  map: (value: JSONValue, key: string) => JSONValue
): JSONObject {
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      // shared models can't hold a key that means an object's prototype
      .filter(key => key !== '__proto__' && object[key] !== undefined)
      .map(key => [key, map(object[key], key)])
  );
}

function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
