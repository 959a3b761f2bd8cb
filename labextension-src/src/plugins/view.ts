// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument, YNotebook } from '@jupyter/ydoc';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { INotebookCellExecutor, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { Activity } from '../people/activity';
import { whenOthersCome } from '../people/others';
import type { ICellPlace, IPlace } from '../people/place';
import { CELL } from '../people/place';
import { untilLoaded } from '../room/loading';
import { CellMarks } from '../ui/cells';
import type { Caution } from './caution';
import type { Contents } from './earlylook';
import { LateGate } from './lategate';
import { sessionStorage } from './page';

/**
 * A shared document that is open: says where its user is, and shows where others are.
 */
export class DocumentView implements IDisposable {
  constructor(options: DocumentView.IOptions) {
    this._options = options;
    const { explain, me, model, notebook, trans } = options;
    this.activity = new Activity(model);
    this.activity.changed.connect(this._emit);
    model.awareness.on('change', this._emit);
    const view = this._notebook();
    if (notebook && view) {
      this._marks = new CellMarks({ view, model: notebook, me, explain, trans });
      const begin = () => this._beCautious(notebook, view);
      if (sessionStorage?.getItem(options.key)) {
        begin();
      } else {
        this._stopWaiting = whenOthersCome(notebook, begin);
      }
      view.activeCellChanged.connect(this._publish, this);
      view.stateChanged.connect(this._publish, this);
      this._publish();
    }
  }

  /** Shows the document. */
  get widget(): Widget {
    return this._options.widget;
  }

  /** The document. */
  get model(): YDocument<DocumentChange> {
    return this._options.model;
  }

  /** What others do in it. */
  readonly activity: Activity;

  /**
   * Ask before a cell is run that others have changed.
   *
   * @returns Whether to run it; `null` if nobody has to be asked.
   */
  mayRun(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> | null {
    return this._gate?.mayRun(options) ?? null;
  }

  /** Emitted when others do something else, or move. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Bring a place into view, without moving the user's own cursor.
   */
  async show(place: IPlace | null): Promise<void> {
    const view = this._notebook();
    if (!place) {
      return;
    }
    // in one cell only the cursor moves
    if (view && place.cell !== null && (place.cell !== this._shown || !place.offset)) {
      await view.scrollToItem(place.cell, 'center');
    }
    this._shown = place.cell;
    const { content } = this.widget as unknown as IDocumentView;
    const editor = place.cell === null ? content.editor : this._editorOf(place.cell);
    const position =
      place.offset === null ? undefined : editor?.getPositionAt(place.offset);
    if (position) {
      editor?.revealPosition(position);
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    const { model } = this._options;
    model.awareness.off('change', this._emit);
    const view = this._notebook();
    if (view) {
      view.activeCellChanged.disconnect(this._publish, this);
      view.stateChanged.disconnect(this._publish, this);
    }
    if (model.awareness.getLocalState()) {
      model.awareness.setLocalStateField(CELL, null);
    }
    this.activity.dispose();
    this._marks?.dispose();
    this._stopWaiting?.();
    this._closing.abort();
    this._caution?.dispose();
    this._executions?.dispose();
    this._carets?.dispose();
    Signal.clearData(this);
  }

  /**
   * Look from now on what others change, with code that is loaded for that.
   */
  private _beCautious(notebook: YNotebook, view: Notebook): void {
    const { key, known: knownIn, refuse, trans, views } = this._options;
    const known = knownIn(notebook);
    const { signal } = this._closing;
    const ask = () =>
      untilLoaded(
        () => import('./caution'),
        ({ Caution: Loaded }) => {
          this._caution ??= new Loaded({ key, known, notebook, trans, view });
        },
        signal
      );
    void ask();
    this._gate = new LateGate(() => this._caution, ask, refuse);
    void untilLoaded(
      () => import('./executions'),
      ({ Executions: Loaded }) => {
        this._executions = new Loaded({ notebook, views });
      },
      signal
    );
    void untilLoaded(
      () => import('./carets'),
      ({ Carets: Loaded }) => {
        this._carets = new Loaded({ notebook, views });
      },
      signal
    );
  }

  /**
   * Tell the others which cell is active.
   */
  private _publish(): void {
    const view = this._notebook();
    const id = view?.activeCell?.model.id;
    const place: ICellPlace | null =
      view && id !== undefined ? { id, isEdited: view.mode === 'edit' } : null;
    const { awareness } = this._options.model;
    const known = awareness.getLocalState()?.[CELL] as ICellPlace | null | undefined;
    if (known?.id !== place?.id || known?.isEdited !== place?.isEdited) {
      awareness.setLocalStateField(CELL, place);
    }
  }

  private _notebook(): Notebook | null {
    const { notebook, widget } = this._options;
    const { content } = widget as unknown as { content?: Notebook };
    return notebook && content && !content.isDisposed ? content : null;
  }

  private _editorOf(cell: number): CodeEditor.IEditor | null {
    return this._notebook()?.widgets[cell]?.editor ?? null;
  }

  private readonly _emit = (): void => {
    this._changed.emit();
  };

  private readonly _options: DocumentView.IOptions;
  private readonly _closing = new AbortController();
  private _caution: Caution | null = null;
  /** `null` while nobody could have changed anything. */
  private _gate: LateGate | null = null;
  private _executions: IDisposable | null = null;
  private _carets: IDisposable | null = null;
  private _shown: number | null = null;
  private readonly _marks: CellMarks | null = null;
  private readonly _stopWaiting: (() => void) | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}

/**
 * A namespace for `DocumentView` statics.
 */
export namespace DocumentView {
  /**
   * What is looked after.
   */
  export interface IOptions {
    /** Shows the document. */
    readonly widget: Widget;
    /** The document. */
    readonly model: YDocument<DocumentChange>;
    /** The document, if it is a notebook. */
    readonly notebook: YNotebook | null;
    /** All that show the notebook at the moment. */
    readonly views: () => ReadonlyArray<Notebook>;
    /** What was in it before others could change it. */
    readonly known: (notebook: YNotebook) => Contents;
    /** Tells the user that nothing was run, as the code that asks is missing. */
    readonly refuse: () => void;
    /** Where in the storage of the tab to remember what the user has not seen. */
    readonly key: string;
    /** The id of the person who uses this page. */
    readonly me: () => string;
    /** Tells more about what a mark says. */
    readonly explain: (words: string) => void;
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}

/**
 * What there is in the widget of a text file.
 */
interface IDocumentView {
  readonly content: { readonly editor?: CodeEditor.IEditor };
}
