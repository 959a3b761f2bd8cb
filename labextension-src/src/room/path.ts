// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

/**
 * The longest path that is offered, in UTF-16 units, as for files on a disk.
 */
const MAX_PATH = 1024;

/**
 * Controls, and marks that turn the direction of text and so disguise a name.
 */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * Whether a path that somebody sent leads to a place in one's own drive, and looks
 * like what it is: no other drive, no way out of a folder, no hidden file.
 */
export function isPlainPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length > 0 &&
    path.length <= MAX_PATH &&
    !path.includes(':') &&
    !path.includes('\\') &&
    !UNSEEN.test(path) &&
    path.split('/').every(part => part.trim() !== '' && !part.startsWith('.'))
  );
}
/**
 * Whether a path is that of a file or folder, or of what is in that folder.
 */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Where something is after a file, or a folder, was moved.
 *
 * @returns The same path if that was somewhere else.
 */
export function movedPath(path: string, oldPath: string, newPath: string): string {
  return isIn(path, oldPath) ? newPath + path.slice(oldPath.length) : path;
}
