// One user of each role, with a session in a file that the tests begin with.
import { type APIRequestContext, request } from '@playwright/test';

export const roles = ['viewer', 'marketer', 'analyst', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
/** The folder of screenshots, of sessions, and of what failures leave. */
export const out = process.env.E2E_OUT ?? 'e2e/artefacts';
export const password = 'twelve plain characters and more';
export const nameOf = (role: Role): string => `e2e-${role}`;
export const sessionOf = (role: Role): string => `${out}/sessions/${role}.json`;

async function post<T>(context: APIRequestContext, path: string, data: unknown): Promise<T> {
    const response = await context.post(path, { data, headers: { 'Idempotency-Key': crypto.randomUUID() } });
    if (!response.ok()) {
        throw new Error(`${path}: ${response.status()} ${await response.text()}`);
    }
    return (await response.json()) as T;
}

/** A new user with that password; its session goes into the file where one is named. */
export async function enter(user: { name: string; full_name: string; role: Role }, path?: string): Promise<void> {
    const baseURL = process.env.BOON_URL;
    const first = await request.newContext({
        baseURL,
        extraHTTPHeaders: { Authorization: `Bearer ${process.env.BOON_KEY}` },
    });
    const { link } = await post<{ link: { path: string } }>(first, '/api/v1/users', user);
    const own = await request.newContext({ baseURL, extraHTTPHeaders: { Origin: baseURL ?? '' } });
    await post(own, '/api/v1/session:redeem', { token: link.path.split('#')[1], password });
    await own.storageState({ path });
    await own.dispose();
    await first.dispose();
}

export default async function setUp(): Promise<void> {
    for (const role of roles) {
        await enter({ name: nameOf(role), full_name: `The ${role}`, role }, sessionOf(role));
    }
}
