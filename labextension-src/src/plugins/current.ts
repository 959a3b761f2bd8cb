// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import type { Widget } from '@lumino/widgets';

import type { DeferredProvider } from '../document/deferred';
import { documentKind } from '../document/kind';
import type { DocumentAtPath, IWebRtcManager } from '../tokens';
import { providerOf } from './context';

/**
 * What the user has before them in the main area.
 *
 * The shell's own current widget is what had the focus last. That may be behind another
 * tab, as when the tab in front was closed.
 */
export function frontWidget(shell: JupyterFrontEnd.IShell): Widget | null {
  const { currentWidget } = shell; // eslint-disable-line no-restricted-syntax
  if (currentWidget?.isVisible) {
    return currentWidget;
  }
  for (const widget of shell.widgets('main')) {
    if (widget.isVisible) {
      return widget;
    }
  }
  return currentWidget; // the page is not shown yet
}

/**
 * The document in front, or `null` if there is none that can be shared.
 */
export function currentDocument(
  shell: JupyterFrontEnd.IShell,
  documentManager: IDocumentManager
): DocumentAtPath | null {
  const widget = frontWidget(shell);
  const context = widget && documentManager.contextForWidget(widget);
  const file = context?.contentsModel;
  const model = context?.model.sharedModel as YDocument<DocumentChange> | undefined;
  if (!context || !file || !model || !providerOf(model)) {
    return null;
  }
  if (!documentKind(file.type, model)) {
    return null; // a picture, say
  }
  // a drive that was asked for no content may leave out the format
  const format = file.format ?? (file.type === 'notebook' ? 'json' : 'text');
  return { path: context.localPath, contentType: file.type, format };
}

/**
 * The document in front and what its file would hold if it were saved now, or `null` if
 * there is none that can be shared, or it is not open yet.
 */
export function frontContent(
  shell: JupyterFrontEnd.IShell,
  documentManager: IDocumentManager
): IFrontContent | null {
  const document = currentDocument(shell, documentManager);
  const widget = frontWidget(shell);
  const provider = widget && openProvider(widget, documentManager);
  return document && provider ? { document, content: provider.content } : null;
}

/**
 * What a widget shows that is the document at a path, as its file would hold it; `null` if
 * there is none that is open.
 */
export function shownContent(
  path: string,
  documentManager: IDocumentManager
): { readonly content: unknown } | null {
  const widget = documentManager.findWidget(path, null);
  const provider = widget && openProvider(widget, documentManager);
  return provider ? { content: provider.content } : null;
}

function openProvider(
  widget: Widget,
  documentManager: IDocumentManager
): DeferredProvider | null {
  const model = documentManager.contextForWidget(widget)?.model.sharedModel;
  const provider = model ? providerOf(model) : null;
  return provider?.isOpen ? provider : null;
}

/**
 * A document, and what its file would hold.
 */
interface IFrontContent {
  readonly document: DocumentAtPath;
  readonly content: unknown;
}

/**
 * Share a document that others share, and open it.
 */
export function acceptOffer(
  manager: IWebRtcManager,
  documentManager: IDocumentManager,
  path: string
): void {
  // a guest's drive may lack the file: its name has to tell what it is
  const [type] = documentManager.registry.getFileTypesForPath(path);
  const contentType = type?.contentType ?? 'file';
  manager.share({ path, contentType, format: type?.fileFormat ?? 'text' }, true);
  documentManager.openOrReveal(path);
}
