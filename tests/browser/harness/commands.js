// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Executes commands of JupyterLab, and tells what each has done to the document in front, to its
// kernel, to the other documents that are open, and to the drive: `window.survey`.

/** How long nothing may change before a command counts as done, in milliseconds. */
const QUIET = 300;

/** How long a command may take, in milliseconds; those that take longer are still at it. */
const PATIENCE = 8000;

/** How long a new document may take to come to the front, in milliseconds. */
const OPENING = 60000;

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
  /**
   * Write a notebook, open it in front, close what was open, and select what commands are about.
   *
   * What was in front until now is closed by the next: Jupyter still measures its toolbar.
   */
  async open(path, content, active = 2) {
    const { commands, serviceManager, shell } = jupyterapp;
    await jupyterapp.restored;
    document.querySelectorAll('.jp-Dialog .jp-mod-reject').forEach(each => each.click());
    const file = { type: 'notebook', format: 'json', content };
    await serviceManager.contents.defaultDrive.save(path, file);
    const former = current();
    const old = [...shell.widgets('main')].filter(each => each !== former);
    const opened = await commands.execute('docmanager:open', { path });
    await opened.context.ready;
    await opened.revealed;
    for (const each of old) {
      if (each.context) {
        each.context.model.dirty = false;
      }
      each.dispose();
    }
    const { sessions } = serviceManager;
    for (const each of sessions.running()) {
      if (each.path !== path) {
        await sessions.shutdown(each.id).catch(() => {});
      }
    }
    await opened.context.sessionContext.ready;
    await session(opened.context)?.kernel?.info;
    if (commands.hasCommand('docmanager:show-in-file-browser')) {
      // so that the file browser's commands are about it, too
      shell.activateById(opened.id);
      await commands.execute('docmanager:show-in-file-browser');
    }
    for (const end = performance.now() + OPENING; current() !== opened; ) {
      shell.activateById(opened.id);
      await pause(50);
      if (performance.now() > end) {
        throw new Error(`${path} does not come to the front`);
      }
    }
    opened.content.activeCellIndex = active;
    opened.content.mode = 'command';
  },

  /** Begin something that is asked, so that other pages can begin, too. */
  begin(question, ...args) {
    this.begun = this[question](...args);
    this.begun.catch(() => {}); // `end` says so
  },

  /** Wait for what was begun, and return what it says. */
  end() {
    return this.begun;
  },

  isEnabled(command, args = {}) {
    try {
      return jupyterapp.commands.isEnabled(command, args);
    } catch {
      return false; // it wants arguments
    }
  },

  /** Execute a command, say yes to what it asks, and tell what it has done. */
  async run(command, args = {}) {
    const { context } = current();
    const asked = [];
    let error = null;
    let isDone = false;
    void Promise.resolve()
      .then(() => jupyterapp.commands.execute(command, args))
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
  /**
   * Begin to type a text at the end of the first code cell. Where the cell goes that one
   * types in, one goes on behind what one has typed.
   */
  startTyping(text) {
    const { content } = current();
    const first = content.widgets.find(cell => cell.model.type === 'code');
    let { editor } = first.editor;
    this.typing = (async () => {
      let from = editor.state.doc.length;
      for (const [at, character] of [...text].entries()) {
        const isGone = !content.widgets.some(cell => cell.editor?.editor === editor);
        const typed = text.slice(0, at);
        const cell = content.widgets.find(({ model }) =>
          model.sharedModel.getSource().includes(typed)
        );
        editor = isGone && at ? await this._editorOf(cell) : editor;
        const source = editor.state.doc.toString();
        from = at ? source.indexOf(typed) + typed.length : from;
        const changes = { from, insert: character };
        editor.dispatch({ changes, userEvent: 'input.type' });
        await pause(20);
      }
    })();
  },

  async _editorOf(cell) {
    current().content.activeCellIndex = current().content.widgets.indexOf(cell);
    await cell.ready;
    return cell.editor.editor;
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
