declare module 'ws' {
  /** The browsers' WebSocket, for Node. */
  const WebSocket: typeof globalThis.WebSocket;
  export default WebSocket;
}
