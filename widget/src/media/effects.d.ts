// What we use of the two packages whose models run in the browser. Theirs want types of browsers that not all have.
declare module '@shiguredo/virtual-background' {
  export class VirtualBackgroundProcessor {
    constructor(assetsPath: string);
    static isSupported(): boolean;
    startProcessing(
      track: MediaStreamTrack,
      options: { blurRadius: number; segmentationModel: 'selfie-landscape' },
    ): Promise<MediaStreamTrack>;
    stopProcessing(): void;
  }
}

declare module '@sapphi-red/web-noise-suppressor' {
  export function loadRnnoise(from: { url: string; simdUrl: string }): Promise<ArrayBuffer>;
  export class RnnoiseWorkletNode extends AudioWorkletNode {
    constructor(context: AudioContext, options: { maxChannels: number; wasmBinary: ArrayBuffer });
    destroy(): void;
  }
}
