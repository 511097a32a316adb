// The browser's own interface for passkeys. Options and answers travel as the JSON that it defines.
import { Refusal } from '../../client/api';

/** Whether this browser can do it, with the JSON helpers that all current ones have. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

export function createPasskey(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  return answer(navigator.credentials.create({ publicKey }));
}

export function usePasskey(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
  return answer(navigator.credentials.get({ publicKey }));
}

async function answer(asked: Promise<Credential | null>): Promise<string> {
  try {
    const credential = await asked;
    if (credential instanceof PublicKeyCredential) return JSON.stringify(credential.toJSON());
  } catch {
    // Cancelled, too late, or none that fits: the browser does not say which, on purpose.
  }
  throw new Refusal('refused', { status: 422, code: 'invalid', key: 'passkey_cancelled' });
}
