// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { IDocumentProviderFactory } from '@jupyter/docprovider';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt, URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents, ContentsManager } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Signal } from '@lumino/signaling';

import { DeferredProvider } from '../document/deferred';
import { Handwork } from '../document/handwork';
import type { ToldNews } from '../document/places';
import { DocumentRooms } from '../document/rooms';
import { loaded } from '../room/loading';
import { CommandIDs, IWebRtcManager, NAMESPACE } from '../tokens';
import { download } from '../ui/download';
import { goneQuestion, newsNotice } from '../ui/news';
import { refusalNotice } from '../ui/refusal';
import { JupyterDocuments } from './context';
import { frontWidget } from './current';
import { isStatic } from './page';
import { askBeforeReplacing } from './taken';

/**
 * How long people are told what a document is called now, in milliseconds: long enough
 * to read it twice.
 */
const READING_TIME = 8000;

/**
 * How long after nobody has answered who has the room's version of a document the user
 * is asked to go on without, in milliseconds: who is only slow has sent it by then.
 */
const HOLDER_PATIENCE = 3000;

/**
 * Provides the content of documents, and shares them.
 */
export const documentPlugin: JupyterFrontEndPlugin<IDocumentProviderFactory> = {
  id: `${NAMESPACE}:document-factory`,
  description: 'Opens notebooks and files as documents that are shared over WebRTC.',
  autoStart: true,
  requires: [IWebRtcManager],
  optional: [IDocumentManager, ILabShell, ITranslator],
  provides: IDocumentProviderFactory,
  activate: (
    app: JupyterFrontEnd,
    manager: IWebRtcManager,
    documentManager: IDocumentManager | null,
    labShell: ILabShell | null,
    translator: ITranslator | null
  ): IDocumentProviderFactory => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const { contents, serverSettings } = app.serviceManager;
    const { baseUrl } = serverSettings;
    const rooms = new DocumentRooms(manager, baseUrl, isStatic, unkept(trans));
    const drive = (contents as ContentsManager).defaultDrive;
    const handwork = new Handwork(drive, rooms, manager, undefined, !isStatic);
    const lite = () =>
      loaded(
        () => import(/* webpackChunkName: "document" */ './lite'),
        new AbortController().signal // as long as the page is there
      );

    const kept = (path: string, copy: string, isFound: boolean): void => {
      Notification.info(
        isFound
          ? trans.__(
              'Somebody, or a program, changed “%1” while it was open here. That version is kept as “%2”.',
              path,
              copy
            )
          : trans.__(
              'The people in this room have another version of “%1”, which is shown now. Yours is kept as “%2”.',
              path,
              copy
            ),
        {
          autoClose: false,
          actions: [
            {
              label: isFound ? trans.__('Open the copy') : trans.__('Open my copy'),
              callback: () => void documentManager?.openOrReveal(copy)
            }
          ]
        }
      );
    };

    const refused = new Map<string, string>();
    const unsaved = (
      path: string,
      error: unknown,
      provider: DeferredProvider
    ): void => {
      const shown = refused.get(path);
      if (shown !== undefined) {
        Notification.dismiss(shown);
      }
      if (error !== null) {
        const message = refusalNotice(path, error, isStatic, trans);
        const save = (event: MouseEvent) => {
          event.preventDefault(); // it goes on being so
          download(provider.path, provider.content);
        };
        const actions = [{ label: trans.__('Download it'), callback: save }];
        const options = { autoClose: false as const, actions };
        refused.set(path, Notification.error(message, options));
      }
    };

    const readOnly = (path: string): void => {
      Notification.info(
        trans.__(
          '“%1” is read-only here: what is changed is shared, and not written to it.',
          path
        ),
        {
          autoClose: false,
          actions: [
            {
              label: trans.__('Open a private copy'),
              callback: () => {
                documentManager?.openOrReveal(path);
                void app.commands.execute(CommandIDs.copyPrivately);
              }
            }
          ]
        }
      );
    };

    const waiting = (path: string) => {
      const giveUp = new AbortController();
      const id = Notification.emit(
        trans.__(
          'Waiting for somebody in this room who has “%1”: ask them to open it.',
          path
        ),
        'in-progress',
        {
          autoClose: false,
          actions: [
            {
              label: trans.__('Stop waiting'),
              callback: () =>
                giveUp.abort(
                  new Error(
                    trans.__(
                      'You do not have “%1”, and nobody who has it is in the room. Ask them to open it, and try again.',
                      path
                    )
                  )
                )
            }
          ]
        }
      );
      return { signal: giveUp.signal, done: () => Notification.dismiss(id) };
    };

    const holderAway = (path: string, goOn: () => void): (() => void) => {
      let shown: string | null = null;
      const timer = setTimeout(() => {
        shown = Notification.emit(
          trans.__(
            // JupyterLab cuts what is longer than 140 characters
            'Nobody here has the version of “%1” that the room has. Wait for it, or go on with yours; they keep theirs as a copy.',
            path
          ),
          'in-progress',
          {
            autoClose: false,
            actions: [{ label: trans.__('Go on with mine'), callback: goOn }]
          }
        );
      }, HOLDER_PATIENCE);
      return () => {
        clearTimeout(timer);
        if (shown !== null) {
          Notification.dismiss(shown);
        }
      };
    };

    const rescued = (path: string, text: string): void => {
      Notification.info(
        trans.__(
          'Somebody removed a cell of “%1” while text was typed in it. The text has a cell of its own now: “%2”',
          path,
          text.trim()
        ),
        { autoClose: false }
      );
    };

    // without a reference, a page for one document opens it in its own place
    const inPlace = labShell ? undefined : { ref: '_noref' };
    const reopen = async (path: string): Promise<void> => {
      const { shell } = app;
      const before = documentManager?.findWidget(path, null);
      const isCurrent = before !== undefined && before === frontWidget(shell);
      await documentManager?.closeFile(path);
      const widget = documentManager?.open(path, undefined, undefined, inPlace);
      await widget?.revealed;
      if (isCurrent && widget?.isVisible) {
        // what came to the front when it was closed may have got the focus late
        shell.activateById(widget.id);
      }
    };

    const closeWithoutAsking = (path: string): void => {
      let widget = documentManager?.findWidget(path, null);
      while (widget) {
        widget.dispose();
        widget = documentManager?.findWidget(path, null);
      }
    };

    const gone = (path: string, by: string, keep: () => void): (() => void) => {
      const close = (): void => {
        closeWithoutAsking(path); // that was the question
        if (!labShell) {
          // a page of Notebook 7 has nothing else to show
          location.assign(URLExt.join(baseUrl, 'tree'));
        }
      };
      const id = Notification.warning(goneQuestion(path, by, trans), {
        autoClose: false,
        actions: [
          { label: trans.__('Keep it'), callback: keep },
          { label: trans.__('Close it'), callback: close }
        ]
      });
      return () => Notification.dismiss(id);
    };

    const elsewhere = (path: string, place: string): void => {
      manager.renamed(path, place);
      documentManager?.openOrReveal(place, undefined, undefined, inPlace);
    };

    const relocated = (from: string, to: string): void => {
      // who has the file open learns of it as if it had been moved just now
      const changed = drive.fileChanged as Signal<
        Contents.IDrive,
        Contents.IChangedArgs
      >;
      changed.emit({
        type: 'rename',
        oldValue: { path: from },
        newValue: {
          path: to,
          name: PathExt.basename(to),
          last_modified: new Date().toISOString()
        }
      });
    };

    const tell = (path: string, news: ToldNews): void => {
      const { message, isLasting } = newsNotice(path, news, trans);
      Notification.info(message, {
        autoClose: isLasting ? false : READING_TIME,
        actions:
          news.what === 'shared'
            ? [
                {
                  label: trans.__('Stop sharing it'),
                  callback: () => manager.unshare(path)
                }
              ]
            : []
      });
    };

    const documents = new JupyterDocuments(app.docRegistry, context => {
      void lite().then(
        code => documentManager && code.askWhereRenamed(context, documentManager)
      );
    });
    if (documentManager && isStatic) {
      askBeforeReplacing(documentManager);
    }
    drive.fileChanged.connect((_, change) => {
      const replaced = documents.saveAs.replaced(change);
      if (replaced !== null) {
        closeWithoutAsking(replaced); // that was the question
      }
    });
    return {
      create: options => {
        if (isStatic) {
          void lite().then(code => code.readAsShipped(drive, baseUrl));
        }
        const provider: DeferredProvider = new DeferredProvider({
          ...options,
          manager,
          rooms,
          site: baseUrl,
          jupyter: () => documents.find(options.model),
          autosave: () => documentManager?.autosave ?? true,
          settled: path => documents.saveAs.settled(path),
          shipped: async (path, type) =>
            (await lite()).shippedContent(drive, path, type),
          isOpen: path => documentManager?.findWidget(path, null) !== undefined,
          kept,
          isDriveShared: !isStatic,
          readOnly,
          unsaved: (path, error) => unsaved(path, error, provider),
          waiting,
          holderAway,
          rescued,
          reopen: path => void reopen(path),
          gone,
          rename: (from, to) => handwork.rename(from, to),
          remove: path => handwork.remove(path),
          relocated,
          elsewhere,
          tell
        });
        documents.add(options.model, provider);
        return provider;
      }
    };
  }
};

/**
 * Say that the browser keeps no history of shared documents, for as long as that is so.
 */
function unkept(trans: TranslationBundle): (isRefused: boolean) => void {
  let shown: string | null = null;
  return isRefused => {
    if (shown !== null) {
      Notification.dismiss(shown);
    }
    shown = isRefused
      ? Notification.error(
          trans.__(
            // JupyterLab cuts what is longer than 140 characters
            'This browser does not keep shared documents: its storage is full, slow or refused. Others get what you write; download files to keep them.'
          ),
          { autoClose: false }
        )
      : null;
  };
}
