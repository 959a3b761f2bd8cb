// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Does what a monkey's story says, in a page in which commands are tried: see `commands.js`, which
// stands above this in the same program.

/** How long a step may take, in milliseconds. */
const LONGEST = 20000;

/** How long between two keys, in milliseconds. */
const KEY = 10;

/** What is done by a command of JupyterLab to the cell that is selected. */
const COMMANDS = {
  run: 'notebook:run-cell',
  'run-all': 'notebook:run-all-cells',
  'move-up': 'notebook:move-cell-up',
  'move-down': 'notebook:move-cell-down',
  split: 'notebook:split-cell-at-cursor',
  merge: 'notebook:merge-cell-below',
  'to-code': 'notebook:change-cell-to-code',
  'to-markdown': 'notebook:change-cell-to-markdown',
  'to-raw': 'notebook:change-cell-to-raw',
  clear: 'notebook:clear-cell-output',
  'clear-all': 'notebook:clear-all-cell-outputs',
  cut: 'notebook:cut-cell',
  paste: 'notebook:paste-cell-below',
  insert: 'notebook:insert-cell-below',
  delete: 'notebook:delete-cell',
  undo: 'notebook:undo-cell-action',
  redo: 'notebook:redo-cell-action',
  trust: 'notebook:trust',
  restart: 'notebook:restart-kernel',
  save: 'docmanager:save'
};

/** What is about all cells. */
const ABOUT_ALL = ['run-all', 'clear-all', 'undo', 'redo'];

/** What is typed or done where the caret is. */
const NEEDS_CARET = ['type', 'split'];

const panel = path => documents().find(each => each.context.path === path);

const outputsOf = path =>
  JSON.stringify(
    panel(path).context.model.sharedModel.cells.map(each => each.toJSON().outputs)
  );

/** Wait for something, though not for ever. */
async function within(promise, time) {
  return Promise.race([promise, pause(time).then(() => null)]);
}

/** Execute a command, and say yes to what it asks. */
async function execute(action) {
  const id = COMMANDS[action];
  if (!jupyterapp.commands.isEnabled(id)) {
    return false;
  }
  let isDone = false;
  const done = jupyterapp.commands.execute(id).finally(() => (isDone = true));
  for (const end = performance.now() + LONGEST; !isDone; ) {
    await Promise.race([done, pause(50)]);
    await answer([]);
    if (performance.now() > end) {
      throw new Error(`${id} takes longer than ${LONGEST / 1000} s`);
    }
  }
  await done;
  return true;
}

/** Select a cell, and return its editor where there is one. */
async function select(content, where) {
  const index = Math.floor(where * content.widgets.length);
  content.deselectAll();
  content.activeCellIndex = index;
  const cell = content.widgets[index];
  await within(content.scrollToItem?.(index).catch(() => {}), 1000);
  await within(cell.ready, 3000);
  return cell;
}

/** What somebody is just typing: who types there, too, types at the beginning of the line. */
const BEGUN = /(^|[^/])\/(\/(t\d*)?)?$/;

/** Put the caret at the end of a line, if nobody types there. */
function putCaret(view, where) {
  const { doc } = view.state;
  const { from, text, to } = doc.line(1 + Math.floor(where * doc.lines));
  view.dispatch({ selection: { anchor: BEGUN.test(text) ? from : to } });
}

Object.assign(window.survey, {
  /** Do a step, and tell about what and what came of it. */
  async act(path, { action, cell: where, line, text }) {
    const { content, context } = panel(path);
    jupyterapp.shell.activateById(panel(path).id);
    content.mode = 'command';
    const cell = await select(content, where);
    const { cells } = context.model.sharedModel;
    const index = content.activeCellIndex;
    const touched = ABOUT_ALL.includes(action)
      ? [...cells]
      : cells.slice(index, index + (action === 'merge' ? 2 : 1));
    const before = {
      cells: touched.map(each => each.toJSON()),
      before: outputsOf(path)
    };
    const isDone = await this._do(action, { path, content, cell, line, text });
    return { ...before, isDone, after: outputsOf(path) };
  },

  async _do(action, { path, content, cell, line, text }) {
    if (NEEDS_CARET.includes(action)) {
      const view = cell.editor?.editor;
      if (!view) {
        return false;
      }
      putCaret(view, line);
      if (action === 'type') {
        return this._type(path, view, text);
      }
      content.mode = 'edit';
    }
    if (action === 'write-outside') {
      return this._writeOutside(path, text);
    }
    if (action === 'cut-and-paste') {
      return (await execute('cut')) && (await pause(100), await execute('paste'));
    }
    const isDone = await execute(action);
    if (isDone && action === 'insert') {
      // as a paste does
      content.activeCell.model.sharedModel.setSource(text);
    }
    return isDone;
  },

  /** Type at the caret. Where the cell goes, one goes on behind what one has typed. */
  async _type(path, view, text) {
    const idOf = each => each.model.sharedModel.getId();
    const editorOf = each => each.editor?.editor;
    let id = idOf(panel(path).content.activeCell);
    for (const [at, character] of [...text].entries()) {
      const { content } = panel(path);
      if (!content.widgets.some(cell => editorOf(cell) === view)) {
        const typed = text.slice(0, at);
        const having = content.widgets.filter(each =>
          each.model.sharedModel.getSource().includes(typed)
        );
        const cell =
          having.find(each => idOf(each) === id) ??
          (having.length === 1 ? having[0] : null);
        if (!cell) {
          return false;
        }
        id = idOf(cell);
        await select(content, content.widgets.indexOf(cell) / content.widgets.length);
        view = editorOf(cell);
        const anchor = view.state.doc.toString().indexOf(typed) + typed.length;
        view.dispatch({ selection: { anchor } });
      }
      view.dispatch({
        ...view.state.replaceSelection(character),
        userEvent: 'input.type'
      });
      await pause(KEY);
    }
    return true;
  },

  /** Write to the file as a kernel does: with a cell that nobody has typed. */
  async _writeOutside(path, text) {
    const { defaultDrive } = jupyterapp.serviceManager.contents;
    const file = await defaultDrive.get(path, { content: true });
    const cell = { cell_type: 'code', metadata: {}, source: text, outputs: [] };
    const id = `outside-${text.replace(/\W/g, '')}`;
    file.content.cells.push({ ...cell, execution_count: null, id });
    const { content, format, type } = file;
    await defaultDrive.save(path, { content, format, type });
    return true;
  },

  /** The notebook, as its shared model has it. */
  notebook(path) {
    return panel(path)?.context.model.sharedModel.toJSON() ?? null;
  },

  /** How many pages show the notebook, this one among them. */
  together(path) {
    return panel(path)?.context.model.sharedModel.awareness.getStates().size ?? 0;
  },

  /** Which cells are shown as running. */
  runningCells(path) {
    const { cells } = panel(path).context.model.sharedModel;
    return cells
      .filter(each => each.executionState === 'running')
      .map(each => each.getSource());
  }
});
