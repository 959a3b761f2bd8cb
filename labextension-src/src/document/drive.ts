// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { DocumentChange, YDocument } from '@jupyter/ydoc';

import type { DocumentId, Lineage } from '../room/ids';
import { FileGone } from './absence';
import { KeptCopies } from './copies';
import { haveSameEssence } from './essence';
import type { IDocumentDrive } from './file';
import type { IDocumentFormat } from './format';
import { exclusively, type Exclusively } from './lock';
import type { DocumentRoom } from './room';
import { mergeChange } from './outside';
import { contentDigest, essenceDigest } from './seed';
import { ShippedVersion } from './shipped';
import type { ISightings } from './sightings';
import { hasContent } from './state';
import type { IBase } from './store';
import type { IWhole, Plain } from './whole';
import { bytesOf, pack, unpack, wholeOf } from './whole';

/**
 * What was saved, and what that took.
 */
export interface ISaved {
  /** What the drive holds, in canonical form. */
  readonly canonical: string;

  /**
   * For how many milliseconds the page was busy, without what it only waited for: other
   * tabs, the move of a file, the site.
   */
  readonly busy: number;
}

/**
 * The largest state of a document that is remembered beside its digest, in bytes:
 * 50 such documents fit into what a browser gives to a site. Changes of larger ones
 * that were made without the room are kept as copies.
 */
const MAX_STATE = 10_000_000;

/**
 * The drive's side of a document in a room: what the drive holds, how that compares
 * with what it held when it was last in step with the room, and what to do about it.
 *
 * All of it runs in one tab at a time; the record of it is shared by the tabs.
 *
 * - *in step*: the drive has what was last read or written. Nothing to do.
 * - *changed without the room*, and what it held before is known as a state of the
 *   history: the change is written as if it had been made then, and merged. The
 *   client that writes it follows from the state and the change, so that it can be
 *   done twice (by two tabs, or again after a crash) and stands once.
 * - *changed without the room*, and that is not known, or somebody would have to
 *   choose, or the site ships another version by now, so that others may have changed
 *   the same: a copy is kept.
 *
 * Where people share one drive, what others in the room have seen there is in step, too,
 * and what the drive has made of what they wrote, as one that strips outputs does; and
 * what nobody has seen is never merged: somebody may have written it whom we can't reach
 * now, and their changes would stand twice once we can.
 */
export class DriveBase {
  constructor(options: DriveBase.IOptions) {
    this._options = options;
    const { drive, format } = options;
    this._shipped = new ShippedVersion(drive, canonical =>
      this._digest(format.canonical(canonical))
    );
    this._copies = new KeptCopies(drive, format, {
      get: () => this._get(),
      set: async change => void (await this._set(change))
    });
  }

  /** The history that is open. */
  get lineage(): Lineage {
    return this._options.lineage;
  }

  /**
   * Take in what the drive holds, when the document was opened from elsewhere.
   *
   * @param content - What the drive holds.
   */
  opened(content: unknown): Promise<void> {
    return this._exclusively(async () => {
      if (await this._isLeft()) {
        return;
      }
      this._found = { content };
      await this._reconcile(content, true); // somebody has sent what is shown
      this._found = null;
      const { format, model } = this._options;
      const shown = await this._digest(format.canonical(format.content(model)));
      await this._copies.dropNeedless(this.lineage, shown);
      await this._keepOrphans();
    });
  }

  /**
   * Note that the document was opened with what the drive holds.
   *
   * @param canonical - What the drive holds, in canonical form.
   * @param update - The same, as a state of the history; `null` if it is not known.
   * @param isOrigin - Whether the history begins with it.
   */
  begun(
    canonical: string,
    update: Uint8Array | null,
    isOrigin: boolean
  ): Promise<void> {
    return this._exclusively(async () => {
      if (await this._isLeft()) {
        return;
      }
      const digest = await this._digest(canonical);
      this._options.sightings?.tell(digest);
      await this._set({
        digests: [digest],
        state: update && (await savedState(digest, update)),
        shipped: undefined,
        ...(isOrigin ? { origin: digest } : {})
      });
      await this._copies.dropNeedless(this.lineage, digest);
    }).then(() => void this._noteShipped());
  }

  /**
   * Save the document to the drive.
   *
   * @param isAsked - Whether the user wants the file, also if somebody has taken it away.
   * @returns What was written; `null` if nothing was, because another history is about to
   * take the place of this one.
   */
  save(isAsked = false): Promise<ISaved | null> {
    return this._exclusively(async () => {
      const { drive, format, model } = this._options;
      if (await this._isLeft()) {
        return null;
      }
      await this._options.keepUp?.();
      // another tab may have written it; or there was no space for what was found
      const read = await drive.read();
      const current = read ?? this._found?.content ?? null;
      if (drive.isGone && !isAsked) {
        throw new FileGone();
      }
      if (current !== null) {
        await this._reconcile(current, read === null);
        this._found = null;
        this._written = null;
      }
      const start = performance.now();
      const content = format.content(model);
      const update = wholeOf(model.ydoc);
      const canonical = format.canonical(content);
      const digest = await this._digest(canonical);
      const { sightings } = this._options;
      const whole = digest + format.rest(canonical);
      sightings?.tell(digest);
      const isThere = current !== null && format.canonical(current) === canonical;
      const isWritten =
        isThere ||
        (current === null
          ? !isAsked && this._written === canonical
          : await this._isMadeOf(whole));
      if (sightings && isWritten) {
        // somebody in the room has written it, whatever the drive has made of it
        this._written = canonical;
        return { canonical, busy: performance.now() - start };
      }
      if (!isThere) {
        const before = (await this._get())?.digests ?? [];
        const digests = [...new Set([...before, digest])];
        if (!(await this._set({ digests, state: null }))) {
          // after a reload it would be taken for what was written without the room
          throw new Error('This browser does not keep what is remembered of the file.');
        }
        await drive.write(content);
        this._written = canonical;
        sightings?.tell(...(await this._marks()), ...(await this._marks(whole)));
      }
      const busy = performance.now() - start;
      await this._set({
        digests: [digest],
        state: await savedState(digest, update),
        shipped: await this._shipped.digest()
      });
      return { canonical, busy };
    });
  }

  /**
   * Note that this person has written into the history.
   */
  authored(): Promise<void> {
    return this._exclusively(async () => {
      const base = await this._get();
      if (base?.lineage === this.lineage) {
        if (!base.isAuthor) {
          await this._set({ isAuthor: true });
        }
      } else if (base && !base.orphans?.includes(this.lineage)) {
        const orphans = [...(base.orphans ?? []), this.lineage];
        const { documentId, room } = this._options;
        await room.store.setBase(documentId, { ...base, orphans });
      }
    });
  }

  /**
   * Let another history take the place of ours, which is kept as a copy if it would
   * be lost: who only saw what others wrote has nothing to lose.
   *
   * @param lineage - The other history.
   * @param theirs - What it holds by now, in canonical form.
   * @param hasWritten - Whether this page has written into ours.
   */
  superseded(
    lineage: Lineage,
    theirs: () => string,
    hasWritten: () => boolean
  ): Promise<void> {
    return this._exclusively(async () => {
      const { format, model } = this._options;
      const current = () => format.canonical(format.content(model));
      let kept: string;
      do {
        kept = current();
        const isTheirs = haveSameEssence(format, kept, theirs());
        const isWritten = !isTheirs && (hasWritten() || (await this._isOwn()));
        if (isWritten && !(await this._shipped.is(await this._digest(kept)))) {
          // what the store could not keep must not give way to what it has
          const unkept = this._options.room.store.isRefused ? UNKEPT : '';
          await this._copies.keep(format.content(model), this.lineage + unkept);
        }
        // somebody may have typed while it was kept
      } while (current() !== kept);
      const base = await this._get();
      const { digests = [], copies, orphans = [] } = base ?? {};
      const others = orphans.filter(orphan => orphan !== this.lineage);
      // another tab may have written what has not arrived here yet
      const isOrphan = base?.lineage === this.lineage && base.isAuthor;
      const { documentId, room } = this._options;
      await room.store.setBase(documentId, {
        lineage,
        digests,
        copies,
        orphans: isOrphan ? [...others, this.lineage] : others
      });
    });
  }

  /**
   * Compare the drive with what it held, and merge or keep what was changed.
   *
   * @param isFound - Whether it was there when the document was opened: it is the user's
   * own, and there may be people of whom this page has not heard yet.
   */
  private async _reconcile(content: unknown, isFound: boolean): Promise<void> {
    const { format, model } = this._options;
    const canonical = format.canonical(content);
    const digest = await this._digest(canonical);
    const base = await this._get();
    if (base?.lineage === this.lineage && base.digests.includes(digest)) {
      const isKnown = base.state?.digest === digest;
      await this._set({ digests: [digest], state: isKnown ? base.state : null });
      return;
    }
    const marks = [digest, ...(await this._marks())];
    if (await this._options.sightings?.has(marks, isFound || undefined)) {
      // who told of it may leave, and be asked for it by somebody who comes
      this._options.sightings?.tell(digest);
      await this._set({ digests: [digest], state: null });
      return;
    }
    this._shipped.forget(); // it may be another version by now
    let state: IWhole | null = null;
    const isOther = !haveSameEssence(
      format,
      canonical,
      format.canonical(format.content(model))
    );
    const isShipped = isOther && (await this._shipped.is(digest));
    if (isOther && !isShipped) {
      state = this._options.sightings ? null : await this._merge(canonical);
      if (!state) {
        await this._copies.keep(
          content,
          await this._ownLineage(canonical),
          // of two that the drive may have held, either may have been changed
          copy => base?.digests.length === 1 && base.digests[0] === copy.digest,
          this._options.sightings !== undefined && !isFound
        );
      }
    }
    this._options.sightings?.tell(digest); // it is accounted for
    await this._set({
      digests: [digest],
      state: state && (await savedState(digest, state)),
      ...(state ? { isAuthor: true } : {}),
      // it was the site's before, too, also if the page was closed before it knew
      ...(isShipped ? { origin: undefined } : {})
    });
  }

  /**
   * Whether somebody in the room has written something, and the drive has made of it what
   * it has now.
   *
   * @param source - The digest of what may have been written.
   */
  private async _isMadeOf(source: string): Promise<boolean> {
    const { sightings } = this._options;
    return (await sightings?.has(await this._marks(source), false)) ?? false;
  }

  /**
   * What tells the version in the drive from all others, for whoever has the same drive.
   *
   * @param source - The digest of what it was made of, if it is to tell that, too.
   */
  private async _marks(source = ''): Promise<string[]> {
    const { sightings, drive } = this._options;
    return sightings && drive.version
      ? [await contentDigest(`${drive.version} ${source}`)]
      : [];
  }

  /**
   * Merge what was changed without the room.
   *
   * @param changed - What the drive holds, in canonical form.
   * @returns The same as a state of the history, or `null` if it can't be merged.
   */
  private async _merge(changed: string): Promise<IWhole | null> {
    const { format, model } = this._options;
    const base = await this._get();
    if (base?.lineage !== this.lineage || !base.state) {
      return null;
    }
    const { digest } = base.state;
    const isOwn = base.shipped !== undefined && base.shipped !== digest;
    if (!isOwn && !(await this._shipped.is(digest))) {
      return null; // it may be the site's next version that was changed, also by others
    }
    return mergeChange(model, format, await unpack(base.state.update), changed);
  }

  /**
   * Whether this person has written any of the history: into it, or the file that it
   * began with. What somebody has deleted is everybody's own.
   */
  private async _isOwn(): Promise<boolean> {
    const base = await this._get();
    if (!base || base.lineage !== this.lineage) {
      return false; // another tab has seen to it
    }
    const { documentId, room, sightings } = this._options;
    const { origin } = base;
    return (
      base.isAuthor === true ||
      room.directory.deletedBy(documentId) !== null ||
      (origin !== undefined &&
        !(await this._shipped.is(origin)) &&
        !(await sightings?.has(origin)))
    );
  }

  /**
   * Keep what a tab wrote into a history that another tab had left, and then ended.
   */
  private async _keepOrphans(): Promise<void> {
    const {
      format,
      model,
      room: { store }
    } = this._options;
    const { orphans = [] } = (await this._get()) ?? {};
    const left: Lineage[] = [];
    for (const orphan of orphans.filter(lineage => lineage !== this.lineage)) {
      const scratch = format.scratch();
      const release = await store.keep(orphan, scratch.ydoc);
      try {
        if (hasContent(scratch.ydoc)) {
          const content = format.content(scratch);
          const canonical = format.canonical(content);
          const room = format.canonical(format.content(model));
          const isThere =
            haveSameEssence(format, canonical, room) ||
            (await this._shipped.is(await this._digest(canonical)));
          if (!isThere) {
            await this._copies.keep(content, orphan);
          }
        } else if (store.isRefused) {
          left.push(orphan); // the browser may only be slow to tell what is in it
        }
      } finally {
        await release();
        scratch.dispose();
      }
    }
    if (orphans.length && !store.isRefused) {
      await this._set({ orphans: left });
    }
  }

  /**
   * Remember what the site ships, without making anybody wait for it.
   */
  private async _noteShipped(): Promise<void> {
    const shipped = await this._shipped.digest();
    await this._exclusively(async () => {
      const base = await this._get();
      if (shipped !== undefined && base?.lineage === this.lineage) {
        // also when the site ships another version some day
        const isOwn = base.origin !== shipped;
        await this._set({ shipped, origin: isOwn ? base.origin : undefined });
      }
    });
  }

  /**
   * The history that a file of one's own would have begun.
   */
  private _ownLineage(canonical: string): Promise<Lineage> {
    return this._options.lineageOf(canonical);
  }

  /**
   * Whether another tab shows another history already: what there is to do about ours
   * is done when it gives way here too, which is soon.
   */
  private async _isLeft(): Promise<boolean> {
    const base = await this._get();
    return base !== null && base.lineage !== this.lineage;
  }

  private _digest(canonical: string): Promise<string> {
    return essenceDigest(this._options.format, canonical);
  }

  private _get(): Promise<IBase | null> {
    return this._options.room.store.base(this._options.documentId);
  }

  private async _set(change: Partial<IBase>): Promise<boolean> {
    const { documentId, lineage, room } = this._options;
    const base = await this._get();
    // what was known of another history is not known of this one
    const kept: Partial<IBase> =
      base?.lineage === lineage
        ? base
        : { copies: base?.copies, orphans: base?.orphans };
    return room.store.setBase(documentId, {
      digests: base?.digests ?? [],
      ...kept,
      ...change,
      lineage
    });
  }

  private _exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { documentId, room } = this._options;
    return (this._options.exclusively ?? exclusively)(
      room.store.lockName(documentId),
      work
    );
  }

  private readonly _options: DriveBase.IOptions;
  private readonly _copies: KeptCopies;
  private readonly _shipped: ShippedVersion;
  /** What the drive held when the document was opened, while it is not accounted for. */
  private _found: { readonly content: unknown } | null = null;
  /** What the drive was given last, as long as this page knows. */
  private _written: string | null = null;
}

/**
 * Tells the copy of what the store could not keep of a history from that of what it has.
 */
const UNKEPT = ' unkept';

/**
 * What is kept of what the drive holds; `null` of what is too large.
 */
async function savedState(digest: string, update: Plain): Promise<IBase['state']> {
  const isBounded = bytesOf(update).length <= MAX_STATE;
  return isBounded ? { digest, update: await pack(update) } : null;
}

/**
 * A namespace for `DriveBase` statics.
 */
export namespace DriveBase {
  /**
   * What the drive's side of a document is made from.
   */
  export interface IOptions {
    /** The room. */
    readonly room: DocumentRoom;
    /** The document's id in the room. */
    readonly documentId: DocumentId;
    /** The history that is open. */
    readonly lineage: Lineage;
    /** The open document. */
    readonly model: YDocument<DocumentChange>;
    /** Its format. */
    readonly format: IDocumentFormat;
    /** The file. */
    readonly drive: IDocumentDrive;
    /** Be where the file is, which another tab may have moved. */
    readonly keepUp?: () => Promise<void>;
    /** What the people in the room saw in the drive, if they share one. */
    readonly sightings?: ISightings;
    /** The history that a content, in canonical form, would begin. */
    readonly lineageOf: (canonical: string) => Promise<Lineage>;
    /** Lets one tab at a time work on a document. */
    readonly exclusively?: Exclusively;
  }
}
