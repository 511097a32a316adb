declare module 'pngjs' {
  export class PNG {
    static sync: { read(data: Uint8Array): PNG };
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array;
  }
}
