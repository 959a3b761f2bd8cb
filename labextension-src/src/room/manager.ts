// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { DocumentAtPath, IRoomSession, IWebRtcManager } from '../tokens';
import { shareUrl } from './address';
import type { RoomChoice } from './choice';
import { TabRoom } from './choice';
import type { ISiteConfig } from './config';
import {
  PUBLIC_ICE_SERVERS,
  PUBLIC_SIGNALING_URLS,
  resolveSignalingUrl
} from './config';
import { namedRoomSecret, roomKeys } from './keys';
import type { IShareLink } from './link';
import { newRoomSecret } from './link';
import type { IPeerDetails } from './peers';
import { mergePeers } from './peers';
import type { IPlace } from './place';
import { staticPlace } from './place';
import type { IPageRequest } from './request';
import { SharedDocuments } from './sharing';
import type { ILinkReport, IRoomStatus } from './status';
import { roomDetails, roomState } from './status';

/**
 * Decides which room this page is in, and what is shared there.
 *
 * {@link TabRoom} has the rules by which the room is chosen. The site's signaling
 * servers and prefix come before the user's; these are the predecessor's rules.
 */
export class WebRtcManager implements IWebRtcManager {
  constructor(options: WebRtcManager.IOptions) {
    this._options = options;
    const { place = staticPlace, request, storage, site } = options;
    this._tabRoom = new TabRoom(request, storage, site, place.keepsRoom);
    this._settings = options.settings;
    this._requested = new Set(request.paths);
    this._settings?.changed.connect(this._onSettingsChanged, this);
    this._shared = this._loadShared();
    if (request.link && request.link !== 'invalid') {
      this._isNewcomer = true;
      this._shareLinked(request.link, request.paths);
    }
    const restored = () => {
      this._restoring = false;
    };
    options.restored.then(restored, restored);
    this._enter();
  }

  get disabled(): boolean {
    return (
      !this._options.config.collaborative || this._setting<boolean>('disabled') === true
    );
  }

  get room(): RoomChoice {
    return this._tabRoom.choose(this._setting<string>('room')?.trim() ?? null);
  }

  get isNewcomer(): boolean {
    return this._isNewcomer;
  }

  get roomName(): string | null {
    return this.room.kind === 'named' ? this.room.name : null;
  }

  get asksBeforeRunning(): boolean {
    return this._setting<boolean>('askBeforeRunning') !== false;
  }

  get username(): string {
    return this._options.person().name;
  }

  get usercolor(): string {
    return this._options.person().color;
  }

  get peerCount(): number {
    return this.status.people.length;
  }

  get signalingUrls(): ReadonlyArray<string> {
    const { config, pageUrl } = this._options;
    if (config.signalingUrls) {
      return config.signalingUrls;
    }
    const urls = this._setting<string[]>('signalingUrls');
    if (urls) {
      return urls.flatMap(url => resolveSignalingUrl(url, pageUrl) ?? []);
    }
    return PUBLIC_SIGNALING_URLS;
  }

  get status(): IRoomStatus {
    const reports = [...this._reports];
    const links = reports.map(report => report.state);
    const people = new Map<string, string>();
    for (const report of reports) {
      for (const [person, name] of report.people) {
        people.set(person, name);
      }
    }
    people.delete(this._options.person().id);
    const room = this._chosenRoom();
    return {
      state:
        room.kind === 'invalid'
          ? 'wrong-key'
          : roomState(room.kind !== 'none', links, people.size),
      people: [...people.values()].sort((a, b) => a.localeCompare(b)),
      details: roomDetails(links)
    };
  }

  async peers(): Promise<IPeerDetails[]> {
    const links = [...this._reports].map(async report => report.peerDetails?.() ?? []);
    return mergePeers(await Promise.all(links));
  }

  get session(): IRoomSession | null {
    return this._session;
  }

  get entered(): Promise<void> {
    return this._entered;
  }

  get stateChanged(): ISignal<IWebRtcManager, void> {
    return this._stateChanged;
  }

  get sessionChanged(): ISignal<IWebRtcManager, IRoomSession | null> {
    return this._sessionChanged;
  }

  get sharingChanged(): ISignal<IWebRtcManager, void> {
    return this._sharingChanged;
  }

  get sharedPaths(): ReadonlyArray<string> {
    return this._chosenRoom().kind === 'none' ? [] : this._shared.paths;
  }

  opened(path: string): boolean {
    const onPurpose =
      !this._shared.isPrivate(path) &&
      (!this._restoring || this._options.request.paths.includes(path));
    const isShared =
      onPurpose && !this._shared.has(path) && this._chosenRoom().kind === 'named';
    if (isShared) {
      this._shared.add(path);
      this._sharingChanged.emit();
    }
    return isShared;
  }

  isRequested(path: string): boolean {
    return this._requested.delete(path);
  }

  documentId(path: string): string | null {
    return this._shared.id(path);
  }

  identify(path: string, id: string): void {
    if (this.isShared(path) && this.documentId(path) !== id) {
      this._shared.add(path, id);
      this._stateChanged.emit();
    }
  }

  isWithdrawn(path: string): boolean {
    return this._shared.isWithdrawn(path);
  }

  isOnPurpose(path: string): boolean {
    return this._shared.isOnPurpose(path);
  }

  share(document: DocumentAtPath, isTheirs = false): void {
    const isNew = this.room.kind === 'none' || this.room.kind === 'invalid';
    if (isNew) {
      this._isNewcomer = false;
      this._tabRoom.enter({ secret: newRoomSecret(), document: null });
      this._shared = this._loadShared();
      this._enter();
    }
    const { path } = document;
    // in a room that others know, the path may name another document by now
    const { keys } = (isNew && this._session) || {};
    const id = keys?.documentId({ ...document, generation: 0 }) ?? null;
    this._shared.add(path, this._shared.id(path) ?? id, !isTheirs);
    this._sharingChanged.emit();
    this._stateChanged.emit();
  }

  unshare(path: string): void {
    this._shared.remove(path);
    this._shared.keepPrivate(path); // whoever opens it again has not changed their mind
    this._sharingChanged.emit();
    this._stateChanged.emit();
  }

  /**
   * Enter the room of a link, for the documents that are open in this page.
   *
   * @param link - The link.
   * @param paths - The documents that its address names.
   */
  join(link: IShareLink, paths: ReadonlyArray<string>): void {
    this._tabRoom.enter(link);
    this._isNewcomer = true;
    this._shared = this._loadShared();
    this._enter();
    this._shareLinked(link, paths);
    this._sharingChanged.emit();
    this._stateChanged.emit();
  }

  keepPrivate(path: string): void {
    this._shared.keepPrivate(path);
  }

  leave(): void {
    this._isNewcomer = false;
    this._shared.clear();
    this._tabRoom.leave();
    this._options.clearAddress();
    this._shared = this._loadShared();
    this._enter();
    this._sharingChanged.emit();
    this._stateChanged.emit();
  }

  shareUrl(path: string | null): string | null {
    const id = path === null ? null : this.documentId(path);
    const { pageUrl, place } = this._options;
    return shareUrl(pageUrl, path, this.room, id, place);
  }

  isShared(path: string): boolean {
    return this._shared.has(path);
  }

  renamed(oldPath: string, newPath: string): void {
    this._shared.rename(oldPath, newPath); // nothing starts or stops being shared
  }

  deleted(path: string): void {
    const gone = this._shared.paths.filter(
      shared => shared === path || shared.startsWith(`${path}/`)
    );
    gone.forEach(shared => this._shared.remove(shared));
    if (gone.length) {
      this._stateChanged.emit();
    }
  }

  watch(report: ILinkReport): IDisposable {
    const changed = () => {
      this._isNewcomer &&= this.status.people.length === 0;
      this._stateChanged.emit();
    };
    report.stateChanged.connect(changed);
    this._reports.add(report);
    changed();
    return new DisposableDelegate(() => {
      report.stateChanged.disconnect(changed);
      this._reports.delete(report);
      changed();
    });
  }

  /**
   * The room to be in now.
   */
  private _chosenRoom(): RoomChoice {
    return this.disabled ? { kind: 'none' } : this.room;
  }

  private _setting<T>(key: string): T | null {
    return (this._settings?.composite[key] as T | undefined) ?? null;
  }

  private _roomPrefix(): string {
    const { config, defaultPrefix } = this._options;
    return config.roomPrefix ?? this._setting<string>('roomPrefix') ?? defaultPrefix;
  }

  /**
   * Who comes by a link comes for the document in it.
   */
  private _shareLinked(link: IShareLink, paths: ReadonlyArray<string>): void {
    paths.forEach((path, i) => this._shared.add(path, i ? null : link.document));
  }

  private _loadShared(): SharedDocuments {
    return new SharedDocuments(this._options.storage, this._roomId(this.room));
  }

  /**
   * What makes the session another one when it changes.
   */
  private _sessionId(): string {
    return JSON.stringify([this._roomId(this._chosenRoom()), this.signalingUrls]);
  }

  /**
   * Tells a room from others. It gives nothing away, since it is where things are
   * stored.
   */
  private _roomId(room: RoomChoice): string {
    switch (room.kind) {
      case 'link':
        return roomKeys(room.link.secret).topic('tab');
      case 'named':
        return JSON.stringify([this._roomPrefix(), room.name]);
      default:
        return '';
    }
  }

  private _onSettingsChanged(): void {
    if (this._sessionId() !== this._enteredId) {
      this._shared = this._loadShared();
      this._enter();
    }
    this._stateChanged.emit();
  }

  /**
   * Enter the chosen room, or leave the one we are in.
   */
  private _enter(): void {
    const id = (this._enteredId = this._sessionId());
    const { config, trans } = this._options;
    this._setSession(null);

    const room = this._chosenRoom();
    if (room.kind === 'none' || room.kind === 'invalid') {
      return;
    }
    const { signalingUrls } = this;
    if (signalingUrls === PUBLIC_SIGNALING_URLS) {
      console.warn(
        trans.__(
          'Using the public demonstration server of y-webrtc for signaling: not recommended for production. Set "fullWebRtcSignalingUrls" in jupyter-lite.json.'
        )
      );
    }
    const begin = (name: string | null, secret: Uint8Array) =>
      this._setSession({
        name,
        keys: roomKeys(secret),
        signalingUrls,
        iceServers: config.iceServers ?? PUBLIC_ICE_SERVERS,
        iceTransportPolicy: config.iceTransportPolicy,
        relay: config.relay
      });
    if (room.kind === 'link') {
      begin(null, room.link.secret);
      return;
    }
    const { name } = room;
    this._entered = namedRoomSecret(this._roomPrefix(), name).then(secret => {
      if (id === this._enteredId) {
        begin(name, secret);
      }
    });
  }

  private _setSession(session: IRoomSession | null): void {
    if (session !== this._session) {
      this._session = session;
      this._sessionChanged.emit(session);
      this._stateChanged.emit();
    }
  }

  private readonly _options: WebRtcManager.IOptions;
  private readonly _settings: ISettingRegistry.ISettings | null;
  private readonly _tabRoom: TabRoom;
  private readonly _requested: Set<string>;
  private readonly _reports = new Set<ILinkReport>();
  private readonly _stateChanged = new Signal<this, void>(this);
  private readonly _sessionChanged = new Signal<this, IRoomSession | null>(this);
  private readonly _sharingChanged = new Signal<this, void>(this);
  private _shared: SharedDocuments;
  private _session: IRoomSession | null = null;
  private _entered: Promise<void> = Promise.resolve();
  private _isNewcomer = false;
  private _enteredId = '';
  private _restoring = true;
}

/**
 * A namespace for `WebRtcManager` statics.
 */
export namespace WebRtcManager {
  /**
   * What a manager is made from.
   */
  export interface IOptions {
    /** The site's configuration. */
    readonly config: ISiteConfig;
    /** What the page's address asked for. */
    readonly request: IPageRequest;
    /** The user's settings, if there are any. */
    readonly settings: ISettingRegistry.ISettings | null;
    /** The address of the page, without a room. */
    readonly pageUrl: string;
    /** How addresses of pages name documents: as on a static site, if not given. */
    readonly place?: IPlace;
    /** The site's base URL. */
    readonly site: string;
    /** Takes the room out of the address, so that a reload does not enter it again. */
    readonly clearAddress: () => void;
    /** The prefix of rooms when nobody configured one. */
    readonly defaultPrefix: string;
    /** Where to remember what this tab shares. */
    readonly storage: Storage | null;
    /** Resolves once the layout is restored: what opens later was opened by the user. */
    readonly restored: Promise<unknown>;
    /** Who uses this page. */
    readonly person: () => { id: string; name: string; color: string };
    /** The translations. */
    readonly trans: TranslationBundle;
  }
}
