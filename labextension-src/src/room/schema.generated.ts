// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

// Generated from jupyterlite_webrtc/schema/webrtc.v0.schema.json by `jlpm schema`: edit that.

/* eslint-disable @typescript-eslint/naming-convention */

/**
 * Whether documents can be shared at all. Nothing is shared unless this is true.
 */
export type Collaborative = boolean;
/**
 * A WebSocket address, or a path that starts with ./ and is relative to the site.
 */
export type SignalingURL = string;
/**
 * The servers through which the people in a room find each other, in the order in which they are contacted. An empty list shares between the tabs of one browser only. Without this key the user's setting counts, else a public demonstration server.
 */
export type SignalingURLs = SignalingURL[];
/**
 * Another name of fullWebRtcSignalingUrls, which prevails. The build writes the list under that name.
 */
export type SignalingServers = SignalingURL[];
/**
 * Part of the secret of a named room: keeps rooms of the same name on other sites apart. Without this key the user's setting counts, else the address of the site.
 */
export type RoomPrefix = string;
/**
 * One address, or several of one server.
 *
 * @minItems 1
 */
export type URLs = string | [ICEURL, ...ICEURL[]];
/**
 * The address of a STUN or TURN server.
 */
export type ICEURL = string;
/**
 * For a TURN server.
 */
export type UserName = string;
/**
 * For a TURN server. Everybody who can open the site can read it.
 */
export type Credential = string;
/**
 * STUN and TURN servers that help two browsers to find a route to each other, once a room has been joined. An empty list contacts none. Without this key pages in a room ask Google's, stun:stun.l.google.com:19302.
 */
export type ICEServers = ICEServer[];
/**
 * `all` uses the best route; `relay` uses TURN servers only, and the signaling server where there is none, which hides the IP addresses of the people in a room from each other.
 */
export type ICETransportPolicy = 'all' | 'relay';
/**
 * Whether encrypted data goes by way of the signaling server: `auto` where no direct connection is found, `never`, or `always`, without any direct connection.
 */
export type Relay = 'auto' | 'never' | 'always';

/**
 * The keys of a site's `jupyter-config-data` that belong to jupyterlite-webrtc. Every other key is somebody else's, and allowed. Each `errorMessage` completes a sentence that begins with where a value came from, and the value; `otherNameOf` names the key that is meant. What the formats `signaling-url` and `ice-url` are, browsers decide: `signaling_urls.py` and `ice_urls.py` say what is known of that.
 */
export interface WebRTCConfigData {
  collaborative?: Collaborative;
  fullWebRtcSignalingUrls?: SignalingURLs;
  signalingServers?: SignalingServers;
  webRtcRoomPrefix?: RoomPrefix;
  webRtcIceServers?: ICEServers;
  webRtcIceTransportPolicy?: ICETransportPolicy;
  webRtcRelay?: Relay;
}
/**
 * As RTCIceServer of https://www.w3.org/TR/webrtc/#rtciceserver-dictionary.
 */
export interface ICEServer {
  urls: URLs;
  username?: UserName;
  credential?: Credential;
}
