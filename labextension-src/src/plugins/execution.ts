// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { YBaseCell } from '@jupyter/ydoc';
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { JSONExt } from '@lumino/coreutils';

import type { YCellMap } from '../document/cells/notebook';
import { lastValueOf } from '../document/cells/notebook';

/**
 * What a kernel says of something that it was asked to run.
 */
export type Future = Kernel.IShellFuture<
  KernelMessage.IExecuteRequestMsg,
  KernelMessage.IExecuteReplyMsg
>;

/**
 * What this page runs in a code cell, and goes on to run in another one when that cell is
 * taken away.
 *
 * For its own user's commands JupyterLab does the same, by the same means
 * (https://github.com/jupyterlab/jupyterlab/pull/18873).
 */
export class Execution {
  constructor(cell: CodeCell) {
    this._cell = cell;
    this._future = cell.outputArea.future;
    this.cells.add(cell.model.id);
    const end = (count: number | null) => {
      this._end = { count };
      this._showEnd();
    };
    void this._future.done.then(
      // there is no reply where the kernel has gone
      (reply: KernelMessage.IExecuteReplyMsg | undefined) =>
        end(reply?.content.execution_count ?? null),
      () => end(null)
    );
    this._hearQuestions();
  }

  /** The ids of the cells that it ran in. */
  readonly cells = new Set<string>();

  /**
   * Know that it has ended, until the kernel says how.
   */
  stop(): void {
    this._end ??= { count: null };
  }

  /**
   * Leave a cell that is about to go.
   */
  leave(cell: CodeCell): void {
    const { model, outputArea } = cell;
    const isAsked = outputArea.pendingInput;
    const future = this._future;
    this._shown = {
      isOver: this._end !== null,
      outputs: model.outputs.toJSON(),
      // the model has lost it already, unlike the outputs
      count: (lastValueOf(sharedOf(cell), 'execution_count') ??
        null) as nbformat.ExecutionCount,
      isTrusted: model.trusted && isAllTrusted(cell)
    };
    this._cell = null;
    this.cells.add(model.id);
    outputArea.detachFuture();
    // whoever listens when it is said again is somebody else
    future.onIOPub = message => void this._missed.push(() => future.onIOPub(message));
    future.onReply = message => void this._missed.push(() => future.onReply(message));
    future.onStdin = message => void this._missed.push(() => future.onStdin(message));
    if (isAsked && this._question) {
      void future.onStdin(this._question);
    }
  }

  /**
   * Go on in a cell that stands for the one that it has left.
   */
  enter(cell: CodeCell): void {
    const { model, outputArea } = cell;
    const { outputs, count, isOver, isTrusted } = this._shown!;
    // who took the cell away may have known how it ended
    const isKnown = isOver && (count === null || model.executionCount !== null);
    this._cell = cell;
    this.cells.add(model.id);
    if (!isKnown) {
      model.sharedModel.transact(
        () => {
          if (isTrusted) {
            // first, as a view stops to follow the text of an output that becomes trusted
            model.outputs.clear();
            model.trusted = true;
          }
          if (!JSONExt.deepEqual(outputs, model.outputs.toJSON())) {
            model.outputs.fromJSON(outputs);
          }
        },
        false,
        'silent-change'
      );
      model.executionState = 'running';
    }
    // what has ended may still update what it has displayed
    outputArea.reattachFuture(this._future);
    this._hearQuestions();
    this._missed.splice(0).forEach(say => void say());
    if (!isKnown || model.executionState === 'running') {
      this._showEnd();
    }
  }

  /**
   * Remember what the kernel asks, and waits for: JupyterLab forgets it with the cell.
   */
  private _hearQuestions(): void {
    const ask = this._future.onStdin;
    this._future.onStdin = message => {
      this._question = message;
      return ask(message);
    };
  }

  private _showEnd(): void {
    const model = this._cell?.isDisposed === false ? this._cell.model : null;
    if (model && this._end) {
      model.executionCount = this._end.count ?? model.executionCount;
      model.executionState = 'idle';
    }
  }

  private readonly _future: Future;
  private readonly _missed: (() => void | PromiseLike<void>)[] = [];
  private _cell: CodeCell | null;
  private _question: KernelMessage.IStdinMessage | null = null;
  private _end: { readonly count: number | null } | null = null;
  private _shown: {
    readonly isOver: boolean;
    readonly outputs: nbformat.IOutput[];
    readonly count: nbformat.ExecutionCount;
    readonly isTrusted: boolean;
  } | null = null;
}

/**
 * The shared type of a cell.
 */
export function sharedOf(cell: Cell): YCellMap {
  return (cell.model.sharedModel as YBaseCell<never>).ymodel;
}

/**
 * What the kernel says of what was run last in a cell of this page; `null` if nothing was.
 */
export function futureOf(cell: CodeCell): Future | null {
  return cell.outputArea.future;
}

function isAllTrusted({ model }: CodeCell): boolean {
  for (let index = 0; index < model.outputs.length; index++) {
    if (!model.outputs.get(index).trusted) {
      return false;
    }
  }
  return true;
}
