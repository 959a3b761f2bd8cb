// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Executes commands of JupyterLab, and tells what each has done to the document in front, to its
// kernel, to the other documents that are open, and to the drive: `window.survey`.

/** How long nothing may change before a command counts as done, in milliseconds. */
const QUIET = 300;

/** How long a command may take, in milliseconds; those that take longer are still at it. */
const PATIENCE = 8000;

const pause = time => new Promise(resolve => setTimeout(resolve, time));

const current = () => jupyterapp.shell.currentWidget;

const documents = () =>
  [...jupyterapp.shell.widgets('main')].filter(each => each.context);

const session = context => context.sessionContext.session;

/** Wait until something has been so for a while, or for long. */
async function settled(look) {
  const end = performance.now() + PATIENCE;
  let before = await look();
  let since = performance.now();
  while (performance.now() - since < QUIET && performance.now() < end) {
    await pause(50);
    const now = await look();
    since = now === before ? since : performance.now();
    before = now;
  }
}

/** A notebook without what differs from page to page: the ids of cells, and times. */
function essence(notebook) {
  const cells = notebook.cells.map(({ id, ...cell }) => {
    const { execution, ...metadata } = cell.metadata;
    return { ...cell, source: [cell.source].flat().join(''), metadata };
  });
  return { cells, metadata: notebook.metadata };
}

const content = ({ model: { sharedModel } }) =>
  sharedModel.cells ? essence(sharedModel.toJSON()) : sharedModel.getSource();

/** The dialog in front says yes, or goes. */
async function answer(asked) {
  const dialog = [...document.querySelectorAll('.jp-Dialog')].pop();
  if (!dialog) {
    return;
  }
  const header = dialog.querySelector('.jp-Dialog-header')?.textContent ?? '';
  const buttons = [...dialog.querySelectorAll('.jp-Dialog-footer .jp-Dialog-button')];
  asked.push([header, ...buttons.map(each => each.textContent)].join(' | '));
  (buttons.find(each => each.matches('.jp-mod-accept')) ?? buttons[0])?.click();
  await pause(100);
  if (dialog.isConnected) {
    (buttons.find(each => each.matches('.jp-mod-reject')) ?? buttons[0])?.click();
  }
}

window.survey = {
  /** Write a file, open it in front, close all others, and select what commands are about. */
  async open(path, format, body, active = 2) {
    const { commands, serviceManager, shell } = jupyterapp;
    await jupyterapp.restored;
    const type = format === 'json' ? 'notebook' : 'file';
    await serviceManager.contents.defaultDrive.save(path, { type, format, content: body });
    const others = documents();
    const opened = await commands.execute('docmanager:open', { path });
    await opened.context.ready;
    await opened.revealed;
    for (const each of others) {
      await each.context.sessionContext.shutdown().catch(() => {});
      each.context.model.dirty = false;
      each.dispose();
    }
    shell.activateById(opened.id);
    for (const end = performance.now() + PATIENCE; current() !== opened; ) {
      await pause(50);
      if (performance.now() > end) {
        throw new Error(`${path} does not come to the front`);
      }
    }
    if (type === 'notebook') {
      await opened.context.sessionContext.ready;
      await session(opened.context)?.kernel?.info;
    }
    if (commands.hasCommand('docmanager:show-in-file-browser')) {
      // so that the file browser's commands are about it, too
      await commands.execute('docmanager:show-in-file-browser');
      shell.activateById(opened.id);
    }
    if (type === 'notebook') {
      opened.content.activeCellIndex = active;
      opened.content.mode = 'command';
    } else {
      const { editor } = opened.content;
      const end = { line: 1, column: editor.getLine(1).length };
      editor.setSelection({ start: { line: 1, column: 0 }, end });
      editor.focus();
    }
  },

  isEnabled(command) {
    try {
      return jupyterapp.commands.isEnabled(command);
    } catch {
      return false; // it wants arguments
    }
  },

  /** Execute a command, say yes to what it asks, and tell what it has done. */
  async run(command) {
    const { context } = current();
    const asked = [];
    let error = null;
    let isDone = false;
    void Promise.resolve()
      .then(() => jupyterapp.commands.execute(command))
      .catch(reason => (error = String(reason)))
      .finally(() => (isDone = true));
    const isBusy = () => session(context)?.kernel?.status === 'busy';
    for (const end = performance.now() + PATIENCE; ; ) {
      await settled(async () => {
        await answer(asked);
        return JSON.stringify([asked, isDone, this.state(context)]);
      });
      if ((isDone && !isBusy()) || performance.now() > end) {
        return { asked, error, isDone, ...this.state(context) };
      }
    }
  },

  /** What commands may change in a page. */
  state(context = current()?.context) {
    const isOpen = context && !context.isDisposed;
    return {
      path: isOpen ? context.path : null,
      content: isOpen ? content(context) : null,
      kernel: isOpen ? (session(context)?.kernel?.id ?? null) : null,
      open: documents().map(each => each.context.path)
    };
  },

  /** Save as Ctrl-S does. */
  async save() {
    await current()?.context?.save();
  },

  /** All files of the drive: their content, by path. */
  async drive(path = '') {
    const { defaultDrive } = jupyterapp.serviceManager.contents;
    const file = await defaultDrive.get(path, { content: true }).catch(() => null);
    if (file?.type === 'directory') {
      const all = await Promise.all(file.content.map(each => this.drive(each.path)));
      return Object.assign({}, ...all);
    }
    return { [path]: file?.type === 'notebook' ? essence(file.content) : file?.content };
  }
};

/** What others do meanwhile. */
Object.assign(window.survey, {
  /** Begin to type a text at the end of the first code cell, or of the first line. */
  startTyping(text) {
    const { content } = current();
    const first = content.widgets?.find(cell => cell.model.type === 'code');
    const { editor } = (first?.editor ?? content.editor) ?? {};
    this.typing = (async () => {
      for (const character of text) {
        const { doc } = editor.state;
        const from = first ? doc.length : doc.line(1).to;
        editor.dispatch({
          changes: { from, insert: character },
          userEvent: 'input.type'
        });
        await pause(20);
      }
    })();
  },

  /** Begin to run the last cell. */
  startRunning() {
    const { content } = current();
    content.activeCellIndex = content.widgets.length - 1;
    content.deselectAll();
    this.running = jupyterapp.commands.execute('notebook:run-cell');
  },

  /** Wait until what was begun has ended. */
  async ended() {
    await this.typing;
    await this.running;
  },

  /** How many pages show the document in front, this one among them. */
  company() {
    return current().context.model.sharedModel.awareness.getStates().size;
  }
});
