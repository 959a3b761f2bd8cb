// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import type { IDocumentDrive } from './file';

/**
 * The version of a file that the site ships: asked for once, and again if that failed.
 */
export class ShippedVersion {
  /**
   * @param drive - The file.
   * @param digest - The digest of what people made of a content.
   */
  constructor(
    drive: Pick<IDocumentDrive, 'shipped'>,
    digest: (content: unknown) => Promise<string>
  ) {
    this._drive = drive;
    this._digestOf = digest;
  }

  /**
   * Its digest, `null` for nothing, `undefined` if that is not to be had now.
   */
  digest(): Promise<string | null | undefined> {
    this._digest ??= this._drive
      .shipped()
      .then(content => (content === null ? null : this._digestOf(content)))
      .catch((error: unknown) => {
        console.warn('What the site ships is not known now.', error);
        this.forget();
        return undefined;
      });
    return this._digest;
  }

  /**
   * Whether a content is that, as far as it is known.
   *
   * @param digest - The digest of the content.
   */
  async is(digest: string): Promise<boolean> {
    return digest === (await this.digest());
  }

  /**
   * Ask again, as the site may have another one by now.
   */
  forget(): void {
    this._digest = null;
  }

  private readonly _drive: Pick<IDocumentDrive, 'shipped'>;
  private readonly _digestOf: (content: unknown) => Promise<string>;
  private _digest: Promise<string | null | undefined> | null = null;
}
