// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { personOf } from '../room/person';

/**
 * The field of a notebook's awareness that says which cell is active. Cursors are
 * upstream's, and are there only while somebody edits.
 */
export const CELL = 'cell';

/**
 * Which cell of a notebook somebody is at.
 */
export interface ICellPlace {
  /** The cell's id. */
  readonly id: string;

  /** Whether they edit it; else they are in command mode. */
  readonly isEdited: boolean;
}

/**
 * Where somebody is in a document.
 */
export interface IPlace {
  /** The number of the cell; `null` in a text file. */
  readonly cell: number | null;

  /** Where in the text of the cell or the file, in UTF-16 units; `null` if unknown. */
  readonly offset: number | null;
}

/**
 * The part of an awareness state that says where somebody is in a document.
 */
interface IState {
  readonly user?: { readonly username?: unknown };
  readonly cursors?: ReadonlyArray<{ readonly head?: unknown }>;
  readonly [CELL]?: Partial<ICellPlace> | null;
}

/**
 * Find out where somebody is in an open document, whatever they wrote about that.
 *
 * @param model - The document.
 * @param person - Their id.
 * @returns `null` if they are not in it, or it is not known where.
 */
export function placeIn(
  model: YDocument<DocumentChange>,
  person: string
): IPlace | null {
  const { awareness, ydoc } = model;
  for (const [client, state] of awareness.getStates() as Map<number, IState | null>) {
    const username = state?.user?.username;
    if (
      client !== awareness.clientID &&
      typeof username === 'string' &&
      personOf(username) === person
    ) {
      const place = placeOf(ydoc, state as IState);
      if (place) {
        return place;
      }
    }
  }
  return null;
}

/**
 * Which cell somebody says they are at, whatever they wrote.
 */
export function cellOf(state: unknown): ICellPlace | null {
  const cell = (state as IState | null)?.[CELL];
  return typeof cell?.id === 'string'
    ? { id: cell.id, isEdited: cell.isEdited === true }
    : null;
}

function placeOf(ydoc: Y.Doc, state: IState): IPlace | null {
  const cells = ydoc.share.has('cells')
    ? ydoc.getArray<Y.Map<unknown>>('cells').toArray()
    : null;
  const at = cellOf(state);
  const active = cells?.findIndex(cell => cell.get('id') === at?.id) ?? -1;
  const cursor = cursorOf(ydoc, state);
  if (cursor && !cells) {
    return { cell: null, offset: cursor.index };
  }
  const edited = cells?.findIndex(cell => cell.get('source') === cursor?.type) ?? -1;
  // a cursor stays where it was when its editor is left
  if (cursor && edited >= 0 && (active < 0 || active === edited)) {
    return { cell: edited, offset: cursor.index };
  }
  return active >= 0 ? { cell: active, offset: null } : null;
}

function cursorOf(ydoc: Y.Doc, { cursors }: IState): Y.AbsolutePosition | null {
  const head = Array.isArray(cursors)
    ? (cursors as IState['cursors'])?.[0]?.head
    : undefined;
  try {
    return head
      ? Y.createAbsolutePositionFromRelativePosition(
          Y.createRelativePositionFromJSON(head),
          ydoc
        )
      : null;
  } catch {
    return null; // no position
  }
}
