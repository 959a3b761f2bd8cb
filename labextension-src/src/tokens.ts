// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDisposable } from '@lumino/disposable';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { RoomChoice } from './room/choice';
import type { RelayMode } from './room/config';
import type { IDocumentName, IRoomKeys } from './room/keys';
import type { IPeerDetails } from './room/peers';
import type { ILinkReport, IRoomStatus } from './room/status';

/**
 * The name of this package, the namespace of its plugins and translations.
 */
export const NAMESPACE = '@jupyterlite/webrtc-docprovider';

/**
 * The plugin whose settings are ours; the predecessor's, so that settings carry over.
 */
export const PLUGIN_ID = `${NAMESPACE}:plugin`;

/**
 * The commands of this extension.
 */
export namespace CommandIDs {
  /** Share the current document by link, or show how it is shared. */
  export const share = 'webrtc-docprovider:share';

  /** Leave the room. */
  export const stop = 'webrtc-docprovider:stop';

  /** Copy the link to the room. */
  export const copyLink = 'webrtc-docprovider:copy-link';

  /** Go where somebody is, and follow them; `person` is their id, none ends it. */
  export const follow = 'webrtc-docprovider:follow';

  /** Open a private copy of the current document. */
  export const copyPrivately = 'webrtc-docprovider:open-private-copy';

  /** Open a file as it was before others changed it. */
  export const openEarlier = 'webrtc-docprovider:open-earlier-version';

  /** Change one's name and colour. */
  export const rename = 'webrtc-docprovider:rename';

  /** Show the details of the connection. */
  export const diagnose = 'webrtc-docprovider:diagnose';

  /** Switch sharing off and on again, for all rooms. */
  export const disable = 'webrtc-docprovider:disable';
}

/**
 * A room that this page is in, and what is needed to meet others there.
 */
export interface IRoomSession {
  /** The room's name, as people say it; `null` for the room of a link. */
  readonly name: string | null;

  /** Everything derived from the room's secret. */
  readonly keys: IRoomKeys;

  /** Where to announce oneself: absolute `ws://` and `wss://` URLs. */
  readonly signalingUrls: ReadonlyArray<string>;

  /** How to find a way to a peer. */
  readonly iceServers: ReadonlyArray<RTCIceServer>;

  /** Which routes are allowed: all, or those that hide IP addresses. */
  readonly iceTransportPolicy: RTCIceTransportPolicy;

  /** Whether encrypted data goes by way of signaling servers. */
  readonly relay: RelayMode;
}

/**
 * A document of the drive, and how it is opened.
 */
export type DocumentAtPath = Omit<IDocumentName, 'generation'>;

/**
 * Knows the room of this page, what is shared in it, and how that is going.
 */
export interface IWebRtcManager {
  /** Whether nothing is shared, whatever room was chosen. */
  readonly disabled: boolean;

  /** The room that was chosen; it is entered unless sharing is disabled. */
  readonly room: RoomChoice;

  /**
   * Whether somebody followed a link into this room since the page was loaded, and has
   * met nobody there: then it may be another room than that of those they look for.
   */
  readonly isNewcomer: boolean;

  /** The name of the room that was chosen, or `null`. */
  readonly roomName: string | null;

  /** Whether to ask before cells are run that others have changed unseen. */
  readonly asksBeforeRunning: boolean;

  /** The name under which others see this person. */
  readonly username: string;

  /** The colour in which others see this person: a CSS colour. */
  readonly usercolor: string;

  /** How many other people are in the room (not tabs). */
  readonly peerCount: number;

  /** The signaling servers in use: absolute `ws://` and `wss://` URLs. */
  readonly signalingUrls: ReadonlyArray<string>;

  /** The state of the room, as people are told. */
  readonly status: IRoomStatus;

  /** Look at the other pages one by one, for the details of the connection. */
  peers(): Promise<ReadonlyArray<IPeerDetails>>;

  /** The room, once its keys are derived; `null` without a room. */
  readonly session: IRoomSession | null;

  /** The paths of the documents that this tab shares, in order. */
  readonly sharedPaths: ReadonlyArray<string>;

  /** Resolves once it is known whether there is a session. */
  readonly entered: Promise<void>;

  /** Emitted when anything above may have changed. */
  readonly stateChanged: ISignal<IWebRtcManager, void>;

  /** Emitted when the page enters, changes or leaves a room. */
  readonly sessionChanged: ISignal<IWebRtcManager, IRoomSession | null>;

  /** Emitted when a document starts or stops being shared. */
  readonly sharingChanged: ISignal<IWebRtcManager, void>;

  /**
   * Decide whether a document that has just been opened is shared.
   *
   * @param path - The document's path in the drive.
   * @returns Whether it is from now on, and was not before: the user has to be told.
   */
  opened(path: string): boolean;

  /**
   * Whether the page's address asked for a document that is opened: true once for each.
   *
   * @param path - The document's path in the drive.
   */
  isRequested(path: string): boolean;

  /**
   * Whether a document is shared in the room.
   *
   * @param path - The document's path in the drive.
   */
  isShared(path: string): boolean;

  /**
   * The id that a document got when it was first shared, wherever it is now, as far
   * as this page knows: who shared it by hand, or came by a link, does.
   *
   * @param path - The document's path in the drive.
   * @returns 64 hexadecimal digits, or `null`.
   */
  documentId(path: string): string | null;

  /**
   * Remember which document of the room is at a path, for links.
   *
   * @param path - The document's path in the drive.
   * @param id - 64 hexadecimal digits.
   */
  identify(path: string, id: string): void;

  /**
   * Share a document in the room that the page is in, or in a new one that is
   * entered by link.
   *
   * @param isTheirs - Whether it is one that others share already.
   */
  share(document: DocumentAtPath, isTheirs?: boolean): void;

  /**
   * Whether the user has taken a document out of the room since this page was loaded.
   *
   * @param path - The document's path in the drive.
   */
  isWithdrawn(path: string): boolean;

  /**
   * Whether the user has shared a document by hand since this page was loaded.
   *
   * @param path - The document's path in the drive.
   */
  isOnPurpose(path: string): boolean;

  /**
   * Share a document no longer; others keep what they have.
   *
   * @param path - The document's path in the drive.
   */
  unshare(path: string): void;

  /**
   * Keep a document out of the room, also where rooms share what is opened in them.
   *
   * @param path - The document's path in the drive.
   */
  keepPrivate(path: string): void;

  /**
   * Leave the room: documents become private, and stay as they are.
   */
  leave(): void;

  /**
   * The address to send to others, or `null` without a room.
   *
   * It holds the secret of the room: show it to nobody but the user.
   *
   * @param path - The document it leads to, or `null` for the page as such.
   */
  shareUrl(path: string | null): string | null;

  /**
   * Follow a document to its new path.
   */
  renamed(oldPath: string, newPath: string): void;

  /**
   * Forget a document that the user has deleted: a new one of that name is not shared
   * unless they share it.
   */
  deleted(path: string): void;

  /**
   * Take a connection's reports into the room's status.
   *
   * @returns A disposable that takes them out again.
   */
  watch(report: ILinkReport): IDisposable;
}

/**
 * The WebRTC manager token, as the predecessor called it.
 */
export const IWebRtcManager = new Token<IWebRtcManager>(
  `${NAMESPACE}:IWebRtcManager`,
  'Knows the room of this page, what is shared in it, and how that is going.'
);
