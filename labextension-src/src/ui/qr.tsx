// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import * as React from 'react';

import { untilLoaded } from '../room/loading';

/**
 * The quiet zone around a QR code, in modules, as its standard wants it.
 */
const BORDER = 4;

/**
 * Shows a text as a QR code; nothing until the code for that is loaded.
 */
export function QRCode(props: QRCode.IProps): JSX.Element | null {
  const [isLarge, setIsLarge] = React.useState(false);
  const [modules, setModules] = React.useState<boolean[][]>([]);
  React.useEffect(() => {
    const closing = new AbortController();
    // loaded when it is needed: most people never open this
    void untilLoaded(
      () => import('qr'),
      ({ encodeQR }) => {
        setModules(encodeQR(props.text, 'raw', { border: BORDER, ecc: 'low' }));
      },
      closing.signal
    );
    return () => closing.abort();
  }, [props.text]);
  if (!modules.length) {
    return null;
  }
  const dark = modules.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))
  );
  const { length } = modules;
  return (
    // for a whole room, from a projector
    <button
      type="button"
      className="jp-WebRTCShare-qr"
      title={props.label}
      aria-label={props.label}
      aria-pressed={isLarge}
      onClick={() => setIsLarge(!isLarge)}
    >
      {/* dark on light in each theme: many cameras read no other */}
      <svg viewBox={`0 0 ${length} ${length}`} shapeRendering="crispEdges">
        <rect width={length} height={length} fill="white" />
        <path d={dark.join('')} fill="black" />
      </svg>
    </button>
  );
}

/**
 * A namespace for `QRCode` statics.
 */
export namespace QRCode {
  /**
   * What a QR code shows.
   */
  export interface IProps {
    /** What it says. */
    readonly text: string;
    /** What it is, for those who can't see it. */
    readonly label: string;
  }
}
