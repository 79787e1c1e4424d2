// One user of each role, with a session in a file that the tests begin with.
import { chromium, type FullConfig } from '@playwright/test';

export const roles = ['viewer', 'marketer', 'analyst', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
export const password = 'twelve plain characters and more';
export const nameOf = (role: Role): string => `e2e-${role}`;
export const sessionOf = (role: Role): string => `e2e/artefacts/${role}.session.json`;

const url = process.env.BOON_URL ?? '';

async function post(path: string, body: unknown, key?: string): Promise<unknown> {
    const response = await fetch(url + path, {
        method: 'POST',
        headers: {
            'Content-Type': 'application/json',
            'Idempotency-Key': crypto.randomUUID(),
            ...(key ? { Authorization: `Bearer ${key}` } : {}),
        },
        body: JSON.stringify(body),
    });
    if (!response.ok) {
        throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
}

export default async function setUp(config: FullConfig): Promise<void> {
    const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
    for (const role of roles) {
        const user = { name: nameOf(role), full_name: `The ${role}`, role };
        const { link } = (await post('/api/v1/users', user, process.env.BOON_KEY)) as { link: { path: string } };
        await post('/api/v1/session:redeem', { token: link.path.split('#')[1], password });
        const context = await browser.newContext({ baseURL: url });
        const page = await context.newPage();
        await page.goto('/login');
        await page.getByLabel('User name').fill(nameOf(role));
        await page.locator('input[type=password]').fill(password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { name: 'Home' }).waitFor();
        await context.storageState({ path: sessionOf(role) });
        await context.close();
    }
    await browser.close();
}
