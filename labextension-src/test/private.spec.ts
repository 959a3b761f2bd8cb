// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { YFile } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { IJupyterContext } from '../src/document/jupyter';
import { DocumentProvider } from '../src/document/provider';
import { FileChanged } from '../src/document/version';

vi.hoisted(() => {
  // what JupyterLab's views look for when they are loaded, and jsdom has not
  Object.assign(globalThis, {
    DragEvent: class extends Event {},
    matchMedia: () => ({ matches: false, addListener: () => undefined })
  });
});

const PATH = 'plan.txt';

/** A drive of one text file, which several pages have; a server's tells hashes. */
class CommonDrive {
  constructor(
    private readonly _hasHashes = false,
    public text = 'the plan: '
  ) {}

  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  writable = true;

  /** As a kernel or a script does. */
  write(text: string): void {
    this.text = text;
    this._time++;
  }

  get = async (
    _: string,
    { content, hash }: Contents.IFetchOptions
  ): Promise<object> => {
    await Promise.resolve();
    if (this._isAway) {
      throw new TypeError('Failed to fetch');
    }
    return {
      ...this._model(),
      content: content ? this.text : null,
      ...(this._hasHashes && hash ? { hash: this.text } : {})
    };
  };

  save = async (_: string, { content }: Partial<Contents.IModel>): Promise<object> => {
    await Promise.resolve();
    this.write(content as string);
    return this._model();
  };

  set isAway(isAway: boolean) {
    this._isAway = isAway;
  }

  private _model() {
    const last_modified = new Date(this._time).toISOString();
    return { path: PATH, last_modified, writable: this.writable };
  }

  private _isAway = false;
  private _time = 0;
}

type Answer = 'Cancel' | 'Revert' | 'Overwrite';

/** JupyterLab's context, as far as it decides about a save. */
class Jupyter implements IJupyterContext {
  constructor(private readonly _drive: CommonDrive) {}

  provider!: DocumentProvider;
  isVisible = true;
  readonly questions: Answer[] = [];

  /** What the user answers. */
  answer: () => Answer | Promise<Answer> = () => 'Cancel';

  /** What has come of the answers: who was asked has agreed. */
  overwritten = (): void => undefined;

  readonly told = (file: Contents.IModel): void => {
    this._known = file.last_modified;
  };

  readonly save = async (): Promise<boolean> => {
    const file = (await this._drive.get(PATH, {
      content: false,
      hash: true
    })) as Contents.IModel;
    this.provider.looked(file);
    if (file.last_modified > this._known) {
      if (this._isAsking) {
        return false; // one question at a time
      }
      this._isAsking = true;
      const answer = await this.answer();
      this._isAsking = false;
      this.questions.push(answer);
      if (answer === 'Cancel') {
        return false;
      }
      if (answer === 'Revert') {
        await this.provider.revert();
        this._known = this.provider.version!.last_modified;
        return true;
      }
      this.overwritten();
    }
    try {
      await this.provider.save();
    } catch {
      return false;
    }
    this._known = this.provider.version!.last_modified;
    return true;
  };

  private _isAsking = false;
  private _known = new Date(0).toISOString();
}

const pages: DocumentProvider[] = [];

/** A page that has the file open, in no room. */
async function open(drive: CommonDrive) {
  const model = new YFile();
  const jupyter = new Jupyter(drive);
  const owner = {};
  const unsaved = vi.fn();
  const provider = new DocumentProvider({
    drive,
    site: 'a site',
    path: PATH,
    contentType: 'file',
    format: 'text',
    model,
    user: { ready: Promise.resolve(), userChanged: new Signal(owner), identity: null },
    manager: {
      entered: Promise.resolve(),
      isShared: () => false,
      sharingChanged: new Signal(owner)
    },
    rooms: { current: null, ready: Promise.resolve(), changed: new Signal(owner) },
    isDriveShared: false,
    isRequested: true,
    autosave: () => true,
    shipped: () => Promise.resolve(null),
    isOpen: () => false,
    jupyter: () => jupyter,
    unsaved
  } as unknown as DocumentProvider.IOptions);
  jupyter.provider = provider;
  pages.push(provider);
  await provider.ready;
  jupyter.told({ last_modified: provider.version!.last_modified } as Contents.IModel);
  const type = (words: string) =>
    model.updateSource(model.source.length, model.source.length, words);
  return { jupyter, model, provider, type, unsaved };
}

const wait = (seconds: number) => vi.advanceTimersByTimeAsync(1000 * seconds);

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  pages.splice(0).forEach(page => page.dispose());
  vi.useRealTimers();
});

describe.each([
  ['JupyterLite', false],
  ['a server', true]
])('a document that nobody shares, on %s,', (_, hasHashes) => {
  it('is saved a second after it was changed, and nobody is asked', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, model, type } = await open(drive);
    for (const word of ['one, ', 'two.']) {
      type(word);
      await wait(2);
    }
    expect(drive.text).toBe('the plan: one, two.');
    expect(model.dirty).toBe(false);
    expect(jupyter.questions).toEqual([]);
  });

  it('shows what somebody else writes as long as nobody has changed it', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, model } = await open(drive);
    drive.write('another plan');
    await wait(2);
    expect(model.source).toBe('another plan');
    expect(model.dirty).toBe(false);
    expect(jupyter.questions).toEqual([]);
  });

  it('is not read while nobody has it before them', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, model } = await open(drive);
    jupyter.isVisible = false;
    drive.write('another plan');
    await wait(5);
    expect(model.source).toBe('the plan: ');
    jupyter.isVisible = true;
    await wait(2);
    expect(model.source).toBe('another plan');
  });

  it('is looked at again once a drive that was away is back', async () => {
    const drive = new CommonDrive(hasHashes);
    const { model } = await open(drive);
    drive.isAway = true;
    await wait(3);
    drive.isAway = false;
    drive.write('another plan');
    await wait(10);
    expect(model.source).toBe('another plan');
  });

  it('is not written over what somebody else has written: Jupyter asks once', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, model, type } = await open(drive);
    type('one.');
    drive.write('another plan');
    await wait(2);
    type('two.');
    await wait(60);
    expect(jupyter.questions).toEqual(['Cancel']);
    expect(drive.text).toBe('another plan');
    expect(model.source).toBe('the plan: one.two.');
    expect(model.dirty).toBe(true);
  });

  it('is saved by itself again after the user has chosen', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, type } = await open(drive);
    type('one, ');
    drive.write('another plan');
    await wait(2);
    jupyter.answer = () => 'Overwrite';
    await jupyter.save();
    type('two.');
    await wait(2);
    expect(drive.text).toBe('the plan: one, two.');
    expect(jupyter.questions).toEqual(['Cancel', 'Overwrite']);
  });

  it('is asked about again if somebody writes while the question is open', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, provider, type } = await open(drive);
    type('one.');
    drive.write('another plan');
    const answers: Answer[] = ['Overwrite', 'Revert'];
    jupyter.answer = () => {
      drive.write(`${drive.text}!`);
      return answers.shift()!;
    };
    await wait(5);
    expect(jupyter.questions).toEqual(['Overwrite', 'Revert']);
    expect(provider.isPrivate).toBe(true);
    expect(drive.text).toBe('another plan!!');
  });

  it('is not saved by itself while the user thinks about an answer', async () => {
    const drive = new CommonDrive(hasHashes);
    const { jupyter, type } = await open(drive);
    drive.write('another plan');
    type('one.');
    jupyter.answer = () => new Promise(resolve => setTimeout(resolve, 5000, 'Cancel'));
    const saving = jupyter.save();
    await wait(10);
    expect(await saving).toBe(false);
    expect(drive.text).toBe('another plan');
    expect(jupyter.questions).toEqual(['Cancel']);
  });

  it('is not saved by itself where the file is read-only', async () => {
    const drive = new CommonDrive(hasHashes);
    drive.writable = false;
    const { type, model } = await open(drive);
    type('one.');
    await wait(5);
    expect(drive.text).toBe('the plan: ');
    expect(model.dirty).toBe(true);
  });
});

describe('where a file is touched, and not changed,', () => {
  it('a server’s hash says so, and nobody is asked', async () => {
    const drive = new CommonDrive(true);
    const { jupyter, type } = await open(drive);
    type('one.');
    drive.write(drive.text);
    await wait(2);
    expect(drive.text).toBe('the plan: one.');
    expect(jupyter.questions).toEqual([]);
  });
});

it('a save that finds another version tells Jupyter nothing that it would show', async () => {
  const drive = new CommonDrive();
  const { provider, type } = await open(drive);
  type('one.');
  drive.write('another plan');
  const error = await provider.save().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileChanged);
  expect((error as Error).name).toBe('ModalDuplicateError');
});

/** What people do with pages that have one file. */
const step = fc.record({
  page: fc.nat(2),
  what: fc.constantFrom('type', 'type', 'save', 'wait', 'script'),
  answer: fc.constantFrom<Answer>('Cancel', 'Revert', 'Overwrite'),
  pause: fc.constantFrom(0, 0.3, 1.1, 4)
});

describe('three pages of one file, and a script,', () => {
  it.each([false, true])(
    'lose nothing that was saved unless somebody chose so (hashes: %s)',
    async hasHashes => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
          const drive = new CommonDrive(hasHashes);
          const tabs = [await open(drive), await open(drive), await open(drive)];
          /** What the drive held that nobody has replaced on purpose, or reverted. */
          let saved = new Set<string>();
          const note = () => words(drive.text).forEach(word => saved.add(word));
          tabs.forEach(({ jupyter }) => {
            jupyter.overwritten = () => {
              saved = new Set();
            };
          });
          let count = 0;
          for (const { answer, page, pause, what } of steps) {
            const { jupyter, type } = tabs[page];
            jupyter.answer = () => answer;
            if (what === 'type') {
              type(` <${count++}>`);
            } else if (what === 'save') {
              await jupyter.save();
            } else if (what === 'script') {
              note();
              drive.write(`${drive.text} <${count++}>`);
            }
            for (let part = 0; part < 10; part++) {
              await wait(pause / 10);
              note();
              expect(words(drive.text)).toEqual(expect.arrayContaining([...saved]));
            }
          }
          // whoever still has changes takes what is there: then all show the same
          tabs.forEach(({ jupyter }) => {
            jupyter.answer = () => 'Revert';
          });
          for (const { jupyter, model } of tabs) {
            await (model.dirty ? jupyter.save() : Promise.resolve());
          }
          await wait(10);
          expect(tabs.map(({ model }) => model.source)).toEqual(
            tabs.map(() => drive.text)
          );
          expect(words(drive.text).length).toBe(new Set(words(drive.text)).size);
          pages.splice(0).forEach(each => each.dispose());
        }),
        { numRuns: 40 }
      );
    }
  );
});

function words(text: string): string[] {
  return text.match(/<\d+>/g) ?? [];
}
