// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';

import type { DeferredProvider } from '../document/deferred';
import type { IJupyterContext } from '../document/jupyter';
import { isStatic } from './page';
import { SaveAs } from './saveas';

/**
 * A document as Jupyter has it open.
 *
 * Jupyter leaves the saving of a *collaborative* document to its provider: it saves
 * nothing by itself, makes no checkpoint, and takes every version of the file for its own.
 * That is right in a room. While a document is in none, Jupyter is told that it is not
 * collaborative, and treats it as on a site without us.
 */
export class DocumentContext implements IJupyterContext {
  /**
   * @param context - Jupyter's side of the document.
   * @param provider - Ours.
   */
  constructor(context: Context<DocumentRegistry.IModel>, provider: DeferredProvider) {
    this._context = context;
    if (isStatic) {
      // the browser's clock dates all that its drive holds; those of servers may wander
      context.lastModifiedCheckMargin = 0;
    }
    Object.defineProperty(context.model, 'collaborative', {
      configurable: true,
      get: () => !provider.isPrivate
    });
  }

  /**
   * Note that something shows the document.
   */
  shownBy(widget: Widget): void {
    this._widgets.add(widget);
    widget.disposed.connect(() => this._widgets.delete(widget));
  }

  get isVisible(): boolean {
    return [...this._widgets].some(widget => widget.isVisible);
  }

  readonly save = async (): Promise<boolean> => {
    try {
      await this._context.save();
      return true;
    } catch {
      return false; // Jupyter has said why, or the user has cancelled
    }
  };

  readonly told = (file: Contents.IModel): void => {
    if (this._context.isReady) {
      (this._context as unknown as IUpdatable)._updateContentsModel?.(file);
    }
  };

  private readonly _context: Context<DocumentRegistry.IModel>;
  private readonly _widgets = new Set<Widget>();
}

/**
 * The part of JupyterLab's context that remembers which version of a file it has. It is not
 * public; without it, Jupyter asks once too often.
 */
interface IUpdatable {
  _updateContentsModel?(file: Contents.IModel): void;
}

/**
 * Who provides a document.
 */
const providers = new WeakMap<object, DeferredProvider>();

/**
 * Who of us provides a document, which can be shared; `null` if somebody else does.
 */
export function providerOf(model: object): DeferredProvider | null {
  return providers.get(model) ?? null;
}

/**
 * The documents that Jupyter has open, and we provide.
 */
export class JupyterDocuments {
  /**
   * @param registry - Knows what shows documents.
   * @param followed - Is called once for each, and each of others', that is shown.
   */
  constructor(
    registry: DocumentRegistry,
    private readonly _followed: (context: DocumentRegistry.Context) => void
  ) {
    for (const { name } of registry.widgetFactories()) {
      this._follow(registry, name);
    }
    registry.changed.connect((_, { change, name, type }) => {
      if (type === 'widgetFactory' && change === 'added' && name) {
        this._follow(registry, name);
      }
    });
  }

  /**
   * Knows whether one of them, or of others', is about to get another name.
   */
  readonly saveAs = new SaveAs();

  /**
   * Note who provides a document that Jupyter is about to open.
   */
  add(model: object, provider: DeferredProvider): void {
    providers.set(model, provider);
  }

  /**
   * Jupyter's side of a document; `null` before anything shows it.
   */
  find(model: object): DocumentContext | null {
    return this._contexts.get(model) ?? null;
  }

  private _follow(registry: DocumentRegistry, factory: string): void {
    registry.addWidgetExtension(factory, {
      createNew: (widget, context) => {
        if (this.saveAs.follow(context)) {
          this._followed(context);
        }
        const model = context.model.sharedModel as object;
        const provider = providers.get(model);
        if (provider) {
          const document =
            this.find(model) ??
            new DocumentContext(context as Context<DocumentRegistry.IModel>, provider);
          this._contexts.set(model, document);
          document.shownBy(widget);
        }
      }
    });
  }

  private readonly _contexts = new WeakMap<object, DocumentContext>();
}
