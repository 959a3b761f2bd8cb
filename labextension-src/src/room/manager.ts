// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRoomSession, IWebRtcManager } from '../tokens';
import type { ISiteConfig } from './config';
import {
  PUBLIC_ICE_SERVERS,
  PUBLIC_SIGNALING_URLS,
  resolveSignalingUrl
} from './config';
import { namedRoomSecret, roomKeys } from './keys';
import type { IPageRequest } from './request';
import { SharedDocuments } from './sharing';
import type { ILinkReport, IRoomStatus } from './status';
import { roomState } from './status';

/**
 * Decides which room this page is in, and what is shared there.
 *
 * What the address asks for comes before the user's settings; the site's
 * signaling servers and prefix come before the user's. These are the
 * predecessor's rules.
 */
export class WebRtcManager implements IWebRtcManager {
  constructor(options: WebRtcManager.IOptions) {
    this._options = options;
    this._settings = options.settings;
    this._settings?.changed.connect(this._onSettingsChanged, this);
    this._shared = this._loadShared();
    options.restored.then(
      () => {
        this._restoring = false;
      },
      () => {
        this._restoring = false;
      }
    );
    this._enter();
  }

  get disabled(): boolean {
    return (
      !this._options.config.collaborative || this._setting<boolean>('disabled') === true
    );
  }

  get roomName(): string | null {
    return this._options.request.room ?? this._setting<string>('room')?.trim() ?? null;
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
    const people = new Map<string, string>();
    for (const report of reports) {
      for (const [person, name] of report.people) {
        people.set(person, name);
      }
    }
    people.delete(this._options.person().id);
    return {
      state: roomState(
        this._chosenRoom() !== null,
        reports.map(report => report.state),
        people.size
      ),
      people: [...people.values()].sort((a, b) => a.localeCompare(b))
    };
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

  opened(path: string): void {
    const onPurpose = !this._restoring || this._options.request.paths.includes(path);
    if (onPurpose && !this._shared.has(path) && this._chosenRoom() !== null) {
      this._shared.add(path);
      this._sharingChanged.emit();
    }
  }

  isShared(path: string): boolean {
    return this._shared.has(path);
  }

  renamed(oldPath: string, newPath: string): void {
    this._shared.rename(oldPath, newPath); // nothing starts or stops being shared
  }

  watch(report: ILinkReport): IDisposable {
    const changed = () => this._stateChanged.emit();
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
   * The room to be in now, or `null`.
   */
  private _chosenRoom(): string | null {
    return this.disabled ? null : this.roomName;
  }

  private _setting<T>(key: string): T | null {
    return (this._settings?.composite[key] as T | undefined) ?? null;
  }

  private _roomPrefix(): string {
    const { config, defaultPrefix } = this._options;
    return config.roomPrefix ?? this._setting<string>('roomPrefix') ?? defaultPrefix;
  }

  private _loadShared(): SharedDocuments {
    const room = JSON.stringify([this._roomPrefix(), this.roomName]);
    return new SharedDocuments(this._options.storage, room);
  }

  /**
   * What makes the session another one when it changes.
   */
  private _sessionId(): string {
    return JSON.stringify([this._roomPrefix(), this._chosenRoom(), this.signalingUrls]);
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

    const name = this._chosenRoom();
    if (name === null) {
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
    this._entered = namedRoomSecret(this._roomPrefix(), name).then(secret => {
      if (id === this._enteredId) {
        this._setSession({
          name,
          keys: roomKeys(secret),
          signalingUrls,
          iceServers: config.iceServers ?? PUBLIC_ICE_SERVERS,
          iceTransportPolicy: config.iceTransportPolicy
        });
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
  private readonly _reports = new Set<ILinkReport>();
  private readonly _stateChanged = new Signal<this, void>(this);
  private readonly _sessionChanged = new Signal<this, IRoomSession | null>(this);
  private readonly _sharingChanged = new Signal<this, void>(this);
  private _shared: SharedDocuments;
  private _session: IRoomSession | null = null;
  private _entered: Promise<void> = Promise.resolve();
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
    /** The address of the page. */
    readonly pageUrl: string;
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
