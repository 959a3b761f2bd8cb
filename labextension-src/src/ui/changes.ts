// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { TranslationBundle } from '@jupyterlab/translation';
import { diff } from 'fast-myers-diff';

import type { IUnseenChange } from '../people/unseen';

import '../../style/changes.css';

/**
 * How many cells are shown; the others are counted.
 */
const MAX_CELLS = 5;

/**
 * The longest sources that are compared, in lines; longer ones are shown as they are.
 */
const MAX_LINES = 2000;

/**
 * How many equal lines are shown around each change.
 */
const CONTEXT = 1;

/**
 * One line of a comparison.
 */
export interface ILine {
  /** Whether it is new, gone, as before, or stands for equal ones that are left out. */
  readonly kind: 'insert' | 'remove' | 'keep' | 'gap';
  readonly text: string;
}

/**
 * Compare the source of a cell with what it was, line by line.
 *
 * @param before - What it was; `null` if that is not known.
 */
export function compareLines(before: string | null, source: string): ILine[] {
  const old = before === null ? [] : before.split('\n');
  const now = source.split('\n');
  const lines: ILine[] = [];
  const add = (kind: ILine['kind'], texts: ReadonlyArray<string>) =>
    lines.push(...texts.map(text => ({ kind, text })));
  let end = 0;
  const keep = (until: number, isLast: boolean) => {
    const kept = old.slice(end, until);
    const head = end === 0 ? 0 : CONTEXT;
    const tail = isLast ? 0 : CONTEXT;
    if (kept.length <= head + tail + 1) {
      add('keep', kept);
    } else {
      add('keep', kept.slice(0, head));
      add('gap', ['⋯']);
      add('keep', kept.slice(kept.length - tail));
    }
  };
  if (Math.max(old.length, now.length) > MAX_LINES) {
    add('insert', now);
    return lines;
  }
  for (const [start, stop, first, last] of diff(old, now)) {
    keep(start, false);
    add('remove', old.slice(start, stop));
    add('insert', now.slice(first, last));
    end = stop;
  }
  keep(old.length, true);
  return lines;
}

/**
 * Show what others have changed, for a dialog.
 *
 * @param changes - What they have changed: one or more.
 */
export function showChanges(
  changes: ReadonlyArray<IUnseenChange>,
  trans: TranslationBundle
): HTMLElement[] {
  const nodes: HTMLElement[] = [];
  const add = (tag: string, text: string) => {
    const node = document.createElement(tag);
    node.textContent = text;
    nodes.push(node);
    return node;
  };
  for (const { before, people, source } of changes.slice(0, MAX_CELLS)) {
    const who = people.join(', ') || trans.__('Somebody');
    const what =
      before === null
        ? trans.__('%1 wrote a new cell:', who)
        : trans.__('%1 changed a cell:', who);
    add('h3', what);
    const code = add('pre', '');
    code.tabIndex = 0; // it may have to be scrolled
    code.setAttribute('role', 'region');
    code.setAttribute('aria-label', what);
    compareLines(before, source).forEach(line => code.append(nodeOf(line)));
  }
  const more = changes.length - MAX_CELLS;
  if (more > 0) {
    add('p', trans._n('and %1 more cell', 'and %1 more cells', more));
  }
  return nodes;
}

const TAGS = { insert: 'ins', remove: 'del', keep: 'span', gap: 'span' } as const;
const SIGNS = { insert: '+ ', remove: '- ', keep: '  ', gap: '' } as const;

function nodeOf({ kind, text }: ILine): HTMLElement {
  const line = document.createElement(TAGS[kind]);
  line.textContent = `${SIGNS[kind]}${text}\n`;
  return line;
}
