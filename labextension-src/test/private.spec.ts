// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { Contents } from '@jupyterlab/services';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { IJupyterContext } from '../src/document/jupyter';
import type { DocumentProvider } from '../src/document/provider';
import { FileChanged } from '../src/document/version';
import { closeDocuments, openDocument } from './support/document';
import { TextDrive, TextFiles } from './support/drive';

const PATH = 'plan.txt';

const newDrive = (hasHashes = false, drift = 0) =>
  new TextDrive(new TextFiles({ [PATH]: 'the plan: ' }), hasHashes, drift);

type Answer = 'Cancel' | 'Revert' | 'Overwrite';

/** JupyterLab's context, as far as it decides about a save. */
class Jupyter implements IJupyterContext {
  constructor(private readonly _drive: TextDrive) {}

  provider!: DocumentProvider;
  isVisible = true;

  /** For how many milliseconds a date may be younger, as JupyterLab has it on servers. */
  margin = 0;

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
    const age = Date.parse(file.last_modified) - Date.parse(this._known);
    if (age > this.margin) {
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

/** A page that has the file open, in no room. */
async function open(drive: TextDrive, path = PATH) {
  const jupyter = new Jupyter(drive);
  const { model, provider } = openDocument(drive, path, null, {
    jupyter: () => jupyter,
    manager: { isShared: () => false }
  });
  jupyter.provider = provider;
  await provider.ready;
  jupyter.told({ last_modified: provider.version!.last_modified } as Contents.IModel);
  const type = (words: string) =>
    model.updateSource(model.source.length, model.source.length, words);
  return { jupyter, model, provider, type };
}

const wait = (seconds: number) => vi.advanceTimersByTimeAsync(1000 * seconds);

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  closeDocuments();
  vi.useRealTimers();
});

describe.each([
  ['JupyterLite', false],
  ['a server', true]
])('a document that nobody shares, on %s,', (_, hasHashes) => {
  it('is saved a second after it was changed, and nobody is asked', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, model, type } = await open(drive);
    for (const word of ['one, ', 'two.']) {
      type(word);
      await wait(2);
    }
    expect(drive.files.text(PATH)!).toBe('the plan: one, two.');
    expect(model.dirty).toBe(false);
    expect(jupyter.questions).toEqual([]);
  });

  it('shows what somebody else writes as long as nobody has changed it', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, model } = await open(drive);
    drive.files.put(PATH, 'another plan');
    await wait(2);
    expect(model.source).toBe('another plan');
    expect(model.dirty).toBe(false);
    expect(jupyter.questions).toEqual([]);
  });

  it('is not read while nobody has it before them', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, model } = await open(drive);
    jupyter.isVisible = false;
    drive.files.put(PATH, 'another plan');
    await wait(5);
    expect(model.source).toBe('the plan: ');
    jupyter.isVisible = true;
    await wait(2);
    expect(model.source).toBe('another plan');
  });

  it('is looked at again once a drive that was away is back', async () => {
    const drive = newDrive(hasHashes);
    const { model } = await open(drive);
    const { get } = drive;
    drive.get = () => Promise.reject(new TypeError('Failed to fetch'));
    await wait(3);
    drive.get = get;
    drive.files.put(PATH, 'another plan');
    await wait(10);
    expect(model.source).toBe('another plan');
  });

  it('is not written over what somebody else has written: Jupyter asks once', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, model, type } = await open(drive);
    type('one.');
    drive.files.put(PATH, 'another plan');
    await wait(2);
    type('two.');
    await wait(60);
    expect(jupyter.questions).toEqual(['Cancel']);
    expect(drive.files.text(PATH)!).toBe('another plan');
    expect(model.source).toBe('the plan: one.two.');
    expect(model.dirty).toBe(true);
  });

  it('is saved by itself again after the user has chosen', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, type } = await open(drive);
    type('one, ');
    drive.files.put(PATH, 'another plan');
    await wait(2);
    jupyter.answer = () => 'Overwrite';
    await jupyter.save();
    type('two.');
    await wait(2);
    expect(drive.files.text(PATH)!).toBe('the plan: one, two.');
    expect(jupyter.questions).toEqual(['Cancel', 'Overwrite']);
  });

  it('is asked about again if somebody writes while the question is open', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, provider, type } = await open(drive);
    type('one.');
    drive.files.put(PATH, 'another plan');
    const answers: Answer[] = ['Overwrite', 'Revert'];
    jupyter.answer = () => {
      drive.files.put(PATH, `${drive.files.text(PATH)!}!`);
      return answers.shift()!;
    };
    await wait(5);
    expect(jupyter.questions).toEqual(['Overwrite', 'Revert']);
    expect(provider.isPrivate).toBe(true);
    expect(drive.files.text(PATH)!).toBe('another plan!!');
  });

  it('is not saved by itself while the user thinks about an answer', async () => {
    const drive = newDrive(hasHashes);
    const { jupyter, type } = await open(drive);
    drive.files.put(PATH, 'another plan');
    type('one.');
    jupyter.answer = () => new Promise(resolve => setTimeout(resolve, 5000, 'Cancel'));
    const saving = jupyter.save();
    await wait(10);
    expect(await saving).toBe(false);
    expect(drive.files.text(PATH)!).toBe('another plan');
    expect(jupyter.questions).toEqual(['Cancel']);
  });

  it.each([PATH, 'notes'])(
    'whose “%s” the user has deleted is saved by itself again once they have saved it',
    async deleted => {
      const path = deleted === PATH ? PATH : `notes/${PATH}`;
      const drive = new TextDrive(new TextFiles({ [path]: 'the plan: ' }), hasHashes);
      const { model, provider, type } = await open(drive, path);
      drive.files.delete(deleted);
      drive.fileChanged.emit({
        type: 'delete',
        oldValue: { path: deleted },
        newValue: null
      });
      type('all');
      await wait(10);
      expect(drive.files.text(path)).toBeNull();
      expect(model.dirty).toBe(true);
      await provider.save();
      expect(drive.files.text(path)).toBe('the plan: all');
      type(' of it');
      await wait(2);
      expect(drive.files.text(path)).toBe('the plan: all of it');
    }
  );

  it('is saved by itself again where somebody has written anew what was deleted', async () => {
    const drive = newDrive(hasHashes);
    const { model, type } = await open(drive);
    const changed = (change: Partial<Contents.IChangedArgs>) =>
      drive.fileChanged.emit(change as Contents.IChangedArgs);
    drive.files.delete(PATH);
    changed({ type: 'delete', oldValue: { path: PATH } });
    await wait(2);
    drive.files.put(PATH, 'anew: ');
    changed({ type: 'save', newValue: { path: PATH } });
    await wait(2);
    expect(model.source).toBe('anew: ');
    type('all');
    await wait(2);
    expect(drive.files.text(PATH)).toBe('anew: all');
  });

  it('is not tried again each second where the file has become read-only', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const drive = newDrive(hasHashes);
    const { type } = await open(drive);
    const save = vi.spyOn(drive, 'save').mockRejectedValue(new Error('not writable'));
    drive.writable = false;
    type('one.');
    await wait(120);
    expect(save.mock.calls.length).toBeLessThan(2);
    save.mockRestore();
    drive.writable = true;
    await wait(2);
    type('two.');
    await wait(5);
    expect(drive.files.text(PATH)!).toBe('the plan: one.two.');
  });

  it('is not saved by itself where the file is read-only', async () => {
    const drive = newDrive(hasHashes);
    drive.writable = false;
    const { type, model } = await open(drive);
    type('one.');
    await wait(5);
    expect(drive.files.text(PATH)!).toBe('the plan: ');
    expect(model.dirty).toBe(true);
  });
});

describe('where a file is touched, and not changed,', () => {
  it('a server’s hash says so, and nobody is asked', async () => {
    const drive = newDrive(true);
    const { jupyter, type } = await open(drive);
    type('one.');
    drive.files.put(PATH, drive.files.text(PATH)!);
    await wait(2);
    expect(drive.files.text(PATH)!).toBe('the plan: one.');
    expect(jupyter.questions).toEqual([]);
  });
});

it('a drive whose clock wanders is asked about nothing by itself', async () => {
  const drive = newDrive(false, 5);
  const { jupyter, model, type } = await open(drive);
  jupyter.margin = 500;
  for (const word of ['one, ', 'two, ', 'three.']) {
    type(word);
    await wait(3);
  }
  expect(drive.files.text(PATH)).toBe('the plan: one, two, three.');
  expect(model.dirty).toBe(false);
  expect(jupyter.questions).toEqual([]);
});

it('a save that finds another version tells Jupyter nothing that it would show', async () => {
  const drive = newDrive();
  const { provider, type } = await open(drive);
  type('one.');
  drive.files.put(PATH, 'another plan');
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
          const drive = newDrive(hasHashes);
          const tabs = [await open(drive), await open(drive), await open(drive)];
          /** What the drive held that nobody has replaced on purpose, or reverted. */
          let saved = new Set<string>();
          const note = () =>
            words(drive.files.text(PATH)!).forEach(word => saved.add(word));
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
              drive.files.put(PATH, `${drive.files.text(PATH)!} <${count++}>`);
            }
            for (let part = 0; part < 10; part++) {
              await wait(pause / 10);
              note();
              expect(words(drive.files.text(PATH)!)).toEqual(
                expect.arrayContaining([...saved])
              );
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
            tabs.map(() => drive.files.text(PATH)!)
          );
          expect(words(drive.files.text(PATH)!).length).toBe(
            new Set(words(drive.files.text(PATH)!)).size
          );
          closeDocuments();
        }),
        { numRuns: 40 }
      );
    }
  );
});

function words(text: string): string[] {
  return text.match(/<\d+>/g) ?? [];
}
