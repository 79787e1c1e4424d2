// Who is signed in, and what they may do. The server decides; this only hides or disables what it would refuse.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '@/shared/api/queries';
import { Problem, problemOf } from '@/shared/api/problem';

export type Permission =
    | 'look'
    | 'session'
    | 'decide'
    | 'offers'
    | 'audiences'
    | 'customers'
    | 'programme'
    | 'models'
    | 'jobs'
    | 'operate'
    | 'connect'
    | 'settings'
    | 'audit'
    | 'erase'
    | 'keys'
    | 'users';

export interface Me {
    name: string;
    full_name: string;
    role: string | null;
    permissions: Permission[];
}

const key = ['get', '/api/v1/session'];

async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(path, {
        method,
        ...(body === undefined
            ? {}
            : {
                  body: JSON.stringify(body),
                  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
              }),
    });
    if (!response.ok) {
        throw await problemOf(response);
    }
    return response;
}

/** null: nobody is signed in. */
async function readMe(): Promise<Me | null> {
    try {
        return (await (await call('GET', '/api/v1/session')).json()) as Me;
    } catch (error) {
        if (error instanceof Problem && error.status === 401) {
            return null;
        }
        throw error;
    }
}

export const meQuery = { queryKey: key, queryFn: readMe, staleTime: 60_000 };

/** Below the login only: there is somebody. */
export function useMe(): Me {
    const { data } = useSuspenseQuery(meQuery);
    return data ?? { name: '', full_name: '', role: null, permissions: [] };
}

export function useMayBeMe() {
    return useQuery(meQuery);
}

export function useMay(permission: Permission): boolean {
    return useMe().permissions.includes(permission);
}

async function enter(path: string, body: unknown): Promise<Me> {
    const me = (await (await call('POST', path, body)).json()) as Me;
    // Another person may see other things: nothing of the session before is kept.
    queries.clear();
    queries.setQueryData(key, me);
    return me;
}

export const logIn = (name: string, password: string) => enter('/api/v1/session', { name, password });
export const redeemLink = (token: string, password?: string) =>
    enter('/api/v1/session:redeem', password === undefined ? { token } : { token, password });
export const changePassword = (current: string, password: string) =>
    enter('/api/v1/session:password', { current, password });

export async function logOut(everywhere: boolean): Promise<void> {
    await call('DELETE', `/api/v1/session${everywhere ? '?everywhere=true' : ''}`);
    queries.clear();
    queries.setQueryData(key, null);
}
