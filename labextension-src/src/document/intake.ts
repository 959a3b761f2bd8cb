// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IAwareness } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { ignored } from '../room/ignored';
import { calledIn } from '../room/person';
import { REPAIR } from './cells/repair';
import { forgetUnchanged } from './unchanged';

/**
 * What of a shared document others may write.
 */
export interface IIntakeRule {
  /**
   * Whether what others have added may stand. It looks at nothing but what stands there.
   *
   * @param item - An entry of a map or a list, or a part of a text.
   */
  readonly mayStand: (item: Y.Item) => boolean;

  /**
   * What is not whole of what others have added, or changed, once what may not stand in it
   * is taken out. It, too, looks at nothing but what stands there.
   */
  readonly spoilt?: (
    transaction: Y.Transaction,
    added: ReadonlyArray<Y.Item>
  ) => Iterable<Y.Item>;

  /**
   * The map of which nobody is told what others write into it.
   */
  readonly hidden?: Y.Map<unknown>;

  /**
   * Whether a map is a cell, of whose keys nobody is told where none has changed.
   */
  readonly isCell?: (type: Y.AbstractType<unknown>) => boolean;

  /**
   * Put back what has to be there, written so that any number of pages may do it.
   */
  readonly mend?: (transaction: Y.Transaction) => void;
}

/**
 * The documents whose intake is guarded.
 */
const guarded = new WeakSet<Y.Doc>();

/**
 * Who is in the documents of which that is known.
 */
const present = new WeakMap<Y.Doc, IAwareness>();

/**
 * Let people be told who wrote what is taken out of a document.
 *
 * @param awareness - Says what those are called who are there.
 */
export function nameWriters(doc: Y.Doc, awareness: IAwareness): void {
  present.set(doc, awareness);
}

/**
 * Take out of a document what others, the store or a file have written into it and may
 * not, before anybody is shown it.
 *
 * Whoever is in the room can write anything into what is shared, and Jupyter believes
 * it. This is the one place where it is decided what of that stands. The rule looks at
 * nothing but what stands there, so that all pages take out the same, whatever came
 * first.
 *
 * Whatever is made whole in one transaction arrives so: see `stateUpdates`.
 *
 * It holds as long as there is the document. Whoever looks at a document before it is
 * shown asks for it first; once is enough.
 *
 * @param doc - The document, before anything is in it.
 */
export function guardIntake(doc: Y.Doc, rule: IIntakeRule): void {
  if (guarded.has(doc)) {
    return;
  }
  guarded.add(doc);
  const { hidden, isCell, mayStand, mend, spoilt } = rule;
  const untold = new WeakSet<Y.Transaction>();
  let isSaid = false;

  const takeOut = (arriving: Y.Transaction, items: Iterable<Y.Item>): void => {
    const strays = [...items].filter(({ deleted }) => !deleted);
    if (!strays.length) {
      return;
    }
    doc.transact(transaction => {
      for (const item of strays) {
        item.delete(transaction);
        // Yjs remembers places in lists, which have moved
        (item.parent as Y.AbstractType<unknown>)._searchMarker?.splice(0);
      }
      untold.add(transaction);
    }, REPAIR);
    strays.forEach(item => tell(arriving, item));
    strays.forEach(({ id }) => accuse(doc, id.client));
    if (!isSaid) {
      isSaid = true;
      console.warn(
        'Somebody in the room wrote into a document what does not belong there. It was taken out.'
      );
    }
  };

  const takeIn = (transaction: Y.Transaction): void => {
    const added = [...addedItems(transaction)];
    takeOut(
      transaction,
      added.filter(item => !mayStand(item))
    );
    takeOut(transaction, spoilt?.(transaction, added) ?? []);
    transaction.changed.delete(hidden as never);
    mend?.(transaction);
  };

  doc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
    if (untold.has(transaction)) {
      transaction.changed.clear();
      return;
    }
    if (!transaction.local) {
      takeIn(transaction);
    }
    if (isCell) {
      forgetUnchanged(transaction, isCell);
    }
  });
}

/**
 * Note who has written what was taken out.
 */
function accuse(doc: Y.Doc, writer: number): void {
  const awareness = present.get(doc);
  const there = awareness && new WeakRef(awareness); // the page may close the document
  ignored.add(writer, () => calledIn(there?.deref()?.getStates().get(writer)));
}

/**
 * What a transaction has added that stands: as much as has come, and no more.
 */
function* addedItems(transaction: Y.Transaction): Generator<Y.Item, void> {
  const { afterState, beforeState, doc } = transaction;
  for (const [client, end] of afterState) {
    const start = beforeState.get(client) ?? 0;
    if (end <= start) {
      continue;
    }
    const structs = doc.store.clients.get(client)!;
    for (let at = Y.findIndexSS(structs, start); at < structs.length; at++) {
      const struct = structs[at];
      if (struct instanceof Y.Item && !struct.deleted) {
        yield struct;
      }
    }
  }
}

/**
 * Let the events of a transaction tell that it has deleted an item, as if its author had
 * done so: they count places by what stands now. Of what it has added itself, they then
 * tell nothing.
 */
function tell(
  transaction: Y.Transaction,
  { id, length, parent, parentSub }: Y.Item
): void {
  const { beforeState, changed, deleteSet } = transaction;
  const ranges = deleteSet.clients.get(id.client) ?? [];
  ranges.push({ clock: id.clock, len: length });
  ranges.sort((a, b) => a.clock - b.clock);
  deleteSet.clients.set(id.client, ranges);
  const type = parent as Y.AbstractType<unknown>;
  const { _item: outer } = type;
  const isKnown =
    !outer ||
    (!outer.deleted && outer.id.clock < (beforeState.get(outer.id.client) ?? 0));
  if (isKnown) {
    const keys = changed.get(type as never) ?? new Set();
    changed.set(type as never, keys.add(parentSub));
  }
}
