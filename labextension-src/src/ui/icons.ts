// Copyright (c) jupyterlite-webrtc contributors.
// Distributed under the terms of the Modified BSD License.

import { LabIcon } from '@jupyterlab/ui-components';

import offSvg from '../../style/icons/off.svg';
import sharingSvg from '../../style/icons/sharing.svg';
import troubleSvg from '../../style/icons/trouble.svg';

/**
 * Two people, connected: sharing works. Settings know it by this name, which
 * is the predecessor's.
 */
export const sharingIcon = new LabIcon({
  name: 'webrtc-docprovider:webrtc',
  svgstr: sharingSvg
});

/**
 * Nothing is shared.
 */
export const offIcon = new LabIcon({
  name: 'webrtc-docprovider:off',
  svgstr: offSvg
});

/**
 * Something keeps people apart.
 */
export const troubleIcon = new LabIcon({
  name: 'webrtc-docprovider:trouble',
  svgstr: troubleSvg
});
