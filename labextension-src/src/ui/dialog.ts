// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { Dialog } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

import '../../style/dialog.css';

/**
 * Leave a key press to the browser, which makes a click of it, or submits a form.
 *
 * JupyterLab 4.6.4 does more than that: its toolbar buttons act on the key as well
 * as on the click, and so twice; its dialogs take Enter for their own buttons only.
 */
export function leaveToBrowser(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') {
    event.stopImmediatePropagation();
  }
}

/**
 * Make a dialog whose body has buttons and forms of its own, and which fits on a phone.
 *
 * @param body - The body.
 * @param options - What else there is.
 */
export function makeDialog(
  body: Widget,
  options: Partial<Dialog.IOptions<unknown>>
): Dialog<unknown> {
  const dialog = new Dialog({ ...options, body });
  dialog.addClass('jp-WebRTCDialog');
  // before the dialog's own, which it adds when it is shown
  dialog.node.addEventListener(
    'keydown',
    event => {
      if (event.key === 'Tab') {
        keepFocus(dialog.node, event);
      } else if (body.node.contains(event.target as Node)) {
        leaveToBrowser(event);
      }
    },
    true
  );
  return dialog;
}

/**
 * What Tab can lead to in our dialogs.
 */
const REACHED = 'button:not(:disabled), input, [tabindex="0"]';

/**
 * Let Tab lead from the end of a dialog to its start, and back.
 *
 * JupyterLab 4.6.4 looks for the start before React has rendered it, and leads to the
 * first of its own buttons.
 */
function keepFocus(dialog: HTMLElement, event: KeyboardEvent): void {
  const all = [...dialog.querySelectorAll<HTMLElement>(REACHED)];
  const [start, end] = [all[0], all[all.length - 1]];
  const [from, to] = event.shiftKey ? [start, end] : [end, start];
  if (document.activeElement === from) {
    event.preventDefault();
    to.focus();
  }
  event.stopImmediatePropagation();
}
