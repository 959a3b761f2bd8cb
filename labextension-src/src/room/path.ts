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
 * What the drive of a page takes.
 */
export interface IDriveNames {
  /** Whether a path leads to another drive that the page has, as in `drive:path`. */
  readonly isElsewhere: (path: string) => boolean;

  /**
   * Whether its hidden files are people's: those of a Jupyter server are other programs'
   * settings, some of which are run.
   */
  readonly takesHidden: boolean;

  /**
   * Whether it finds again what was moved to a name with a `%`: JupyterLite's does not.
   */
  readonly takesPercent: boolean;
}

/**
 * Nothing that could be misread, as long as the page has not said what its drive is.
 */
let names: IDriveNames = {
  isElsewhere: path => path.includes(':'),
  takesHidden: false,
  takesPercent: false
};

/**
 * Say once what the drive of this page takes.
 */
export function setDriveNames(taken: IDriveNames): void {
  names = taken;
}

/**
 * Whether a path that somebody sent leads to a place in one's own drive, and looks
 * like what it is: no other drive, no way out of a folder; on a Jupyter server, no hidden
 * file.
 */
export function isPlainPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length > 0 &&
    path.length <= MAX_PATH &&
    !path.includes('\\') &&
    !UNSEEN.test(path) &&
    path.split('/').every(isPlainPart) &&
    !names.isElsewhere(path)
  );
}

function isPlainPart(part: string): boolean {
  const isHidden = part.startsWith('.');
  return (
    part.trim() !== '' && !(isHidden && !names.takesHidden) && !/^\.\.?$/.test(part)
  );
}

/**
 * Whether a file may be moved to a path that somebody sent.
 */
export function isPlainTarget(path: unknown): path is string {
  return isPlainPath(path) && (names.takesPercent || !path.includes('%'));
}

/**
 * A path as it is compared: letters with accents can be written as one character, or as
 * two, and look the same.
 */
export function samePath(path: string): string {
  return path.normalize('NFC');
}

/**
 * A path as JupyterLite's drive and its opener read it.
 */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a file whose name has a % in it, which they don't find
  }
}

/**
 * The other ways in which a path can be written: none, if nothing in it has an accent.
 */
export function otherForms(path: string): string[] {
  const forms = [path.normalize('NFC'), path.normalize('NFD')];
  return forms.filter(form => form !== path);
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
