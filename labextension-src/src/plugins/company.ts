// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import { YNotebook } from '@jupyter/ydoc';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type {
  INotebookCellExecutor,
  Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import type { Awareness } from 'y-protocols/awareness';

import type { Doing } from '../people/activity';
import { Follower } from '../people/follow';
import { placeIn } from '../people/place';
import type { IRosterEntry } from '../people/roster';
import { roster } from '../people/roster';
import { LocalUserManager } from '../people/user';
import { untilLoaded } from '../room/loading';
import { personOf } from '../room/person';
import type { IWebRtcManager } from '../tokens';
import { CommandIDs } from '../tokens';
import { Avatars } from '../ui/avatars';
import { FollowBar } from '../ui/following';
import type { NameCard } from '../ui/name';
import { acceptOffer, frontWidget } from './current';
import type { Contents } from './earlylook';
import { unseenKey } from './earlylook';
import type { IRunGate } from './lategate';
import { DocumentView } from './view';

/**
 * Where the avatars stand: left of the Share button.
 */
const AVATARS_RANK = 1000;

/**
 * How long an explanation stays, in milliseconds: long enough to read it twice.
 */
const EXPLANATION_TIME = 12_000;

/**
 * The people in the room that this page is in: shows them, and follows them.
 */
export class Company implements IDisposable, IRunGate {
  constructor(options: Company.IOptions) {
    this._options = options;
    const { app, awareness, documentManager, isLab, manager, trans } = options;
    this._follower = new Follower({
      find: id => this._others().find(person => person.id === id) ?? null,
      canShow: path => this._views.has(path),
      place: (path, id) => placeIn(this._views.get(path)!.model, id),
      show: async (path, place) => {
        const view = this._views.get(path);
        if (view && frontWidget(app.shell) !== view.widget) {
          // the document manager would open a new tab in the Notebook app
          app.shell.activateById(view.widget.id);
        }
        await view?.show(place);
      },
      isOurs: element =>
        this._avatars.node.contains(element) || this._bar.node.contains(element)
    });
    const { user } = app.serviceManager;
    const canRename = user instanceof LocalUserManager;
    this._avatars = new Avatars({
      people: () => this._people(),
      doing: id => this._doing(id),
      following: () => this._follower.person?.id ?? null,
      follow: id => this.follow(id),
      more: () => void app.commands.execute(CommandIDs.share),
      edit: canRename ? () => this.rename() : null,
      trans
    });
    this._avatars.id = 'jp-webrtc-people';
    app.shell.add(this._avatars, isLab ? 'top' : 'menu', { rank: AVATARS_RANK });
    this._bar = new FollowBar({
      follower: this._follower,
      open: path => acceptOffer(manager, documentManager, path),
      trans
    });
    Widget.attach(this._bar, document.body);

    awareness.on('change', this._update);
    manager.stateChanged.connect(this._update, this);
    user.userChanged.connect(this._update, this);
    app.shell.currentChanged?.connect(this._update, this);
    this._follower.changed.connect(this._avatars.update, this._avatars);
    this._update();
  }

  /**
   * Go where somebody is and follow them, or follow nobody any more.
   */
  follow(person: string | null): void {
    if (person === null) {
      this._follower.stop();
    } else {
      this._follower.follow(person);
    }
  }

  /**
   * Let the user change their name and colour.
   */
  rename(): void {
    const { user } = this._options.app.serviceManager;
    if (user instanceof LocalUserManager) {
      void untilLoaded(
        () => import('../ui/name'), // most people have a name already
        ({ NameCard: Card }) => {
          this._card?.dispose();
          if (!this._isDisposed) {
            this._card = new Card({
              isWanted: true,
              person: user.localIdentity.person,
              choose: choice => user.choose(choice),
              trans: this._options.trans
            });
            Widget.attach(this._card, document.body);
          }
        }
      );
    }
  }

  /**
   * Ask before a cell is run that others have changed since the user last saw it.
   *
   * @returns Whether to run it; `null` if nobody has to be asked.
   */
  mayRun(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> | null {
    const notebook: unknown = options.notebook.sharedModel;
    const view = [...this._views.values()].find(({ model }) => model === notebook);
    const isAsked = this._options.manager.asksBeforeRunning;
    return isAsked ? (view?.mayRun(options) ?? null) : null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    const { app, awareness, manager } = this._options;
    awareness.off('change', this._update);
    manager.stateChanged.disconnect(this._update, this);
    app.serviceManager.user.userChanged.disconnect(this._update, this);
    app.shell.currentChanged?.disconnect(this._update, this);
    this._views.forEach(view => view.dispose());
    this._views.clear();
    this._follower.dispose();
    this._card?.dispose();
    this._bar.dispose();
    this._avatars.dispose();
  }

  private readonly _update = (): void => {
    // a new view says at once where its user is, which leads here before it is known
    if (!this._isFinding) {
      this._isFinding = true;
      try {
        this._findViews();
      } finally {
        this._isFinding = false;
      }
    }
    this._avatars.update();
    this._follower.update();
  };

  /**
   * Look after the shared documents that are open.
   */
  private _findViews(): void {
    const { documentManager, manager, trans } = this._options;
    const isShared = new Set(manager.sharedPaths);
    for (const [path, view] of this._views) {
      if (!isShared.has(path) || view.widget.isDisposed) {
        view.dispose();
        this._views.delete(path);
      }
    }
    for (const path of isShared) {
      const widget = documentManager.findWidget(path, null);
      const context = widget && documentManager.contextForWidget(widget);
      if (!this._views.has(path) && widget && context?.isReady) {
        const model = context.model.sharedModel as YDocument<DocumentChange>;
        const view = new DocumentView({
          model,
          widget,
          notebook: model instanceof YNotebook ? model : null,
          views: () => this._viewsOf(model),
          known: this._options.known,
          refuse: this._options.refuse,
          key: unseenKey(path),
          me: () => this._me(),
          explain: words => {
            Notification.info(words, { autoClose: EXPLANATION_TIME });
          },
          trans
        });
        view.changed.connect(this._update, this);
        this._views.set(path, view);
      } else if (context && !context.isReady) {
        void context.ready.then(this._update, () => undefined);
      }
    }
  }

  private _viewsOf(model: unknown): Notebook[] {
    return [...this._options.app.shell.widgets('main')]
      .map(widget => (widget as unknown as Partial<NotebookPanel>).content)
      .filter(content => content?.model?.sharedModel === model) as Notebook[];
  }

  private _me(): string {
    return personOf(this._options.app.serviceManager.user.identity?.username ?? '');
  }

  private _people(): IRosterEntry[] {
    const { awareness, trans } = this._options;
    return roster(awareness.getStates(), this._me(), trans.__('Somebody'));
  }

  private _others(): IRosterEntry[] {
    return this._people().filter(({ isMe }) => !isMe);
  }

  private _doing(id: string): Doing | null {
    for (const view of this._views.values()) {
      const doing = view.activity.people.get(id);
      if (doing) {
        return doing;
      }
    }
    return null;
  }

  private readonly _options: Company.IOptions;
  private readonly _avatars: Avatars;
  private readonly _bar: FollowBar;
  private readonly _follower: Follower;
  private readonly _views = new Map<string, DocumentView>();
  private _card: NameCard | null = null;
  private _isFinding = false;
  private _isDisposed = false;
}

/**
 * A namespace for `Company` statics.
 */
export namespace Company {
  /**
   * What is needed to show the people.
   */
  export interface IOptions {
    readonly app: JupyterFrontEnd;
    /** Who is here. */
    readonly awareness: Awareness;
    readonly documentManager: IDocumentManager;
    /** Whether this is Lab, and not a page for one document. */
    readonly isLab: boolean;
    /** What was in a notebook before others could change it. */
    readonly known: (notebook: YNotebook) => Contents;
    /** Knows the room. */
    readonly manager: IWebRtcManager;
    /** Tells the user that nothing was run, as the code that asks is missing. */
    readonly refuse: () => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
