import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { problemOf } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

type SessionEnded = () => void;
let sessionEnded: SessionEnded = () => {};
/** Whoever shows the login page registers here; called when an answer says that nobody is signed in. */
export function onSessionEnded(call: SessionEnded): void {
    sessionEnded = call;
}

const conventions: Middleware = {
    onRequest({ request }) {
        if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
            request.headers.set('Idempotency-Key', crypto.randomUUID());
        }
        return request;
    },
    async onResponse({ response, request }) {
        if (response.ok) {
            return undefined;
        }
        if (response.status === 401 && !/\/session(:\w+)?$/.test(new URL(request.url).pathname)) {
            sessionEnded();
        }
        throw await problemOf(response);
    },
};

/** Calls an operation; anything but success is thrown as a Problem. */
export const api = createFetchClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });
api.use(conventions);

/** The same operations as queries and mutations. */
export const $api = createQueryClient(api);

/** The data of a call that succeeded. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
    return (await call).data as T;
}

/** ETags are the version in quotes. */
export function ifMatch(version: number): { 'If-Match': string } {
    return { 'If-Match': `"${version}"` };
}
