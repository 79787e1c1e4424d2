import { expect, test } from '@playwright/test';
import { nameOf, password } from '../people';

test('a wrong password says nothing of whether the name exists', async ({ page }) => {
    const words: string[] = [];
    for (const name of [nameOf('viewer'), 'nobody-of-that-name']) {
        await page.goto('/login');
        await page.getByLabel('User name').fill(name);
        await page.locator('input[type=password]').fill('wrong wrong wrong');
        await page.getByRole('button', { name: 'Sign in' }).click();
        const alert = page.getByRole('alert');
        await expect(alert).toBeVisible();
        words.push(await alert.innerText());
    }
    expect(words[0]).toBe(words[1]);
});

test('a session is new at each login, ends at the logout, and its page comes back after it', async ({
    page,
    context,
}) => {
    const login = async () => {
        await page.getByLabel('User name').fill(nameOf('viewer'));
        await page.locator('input[type=password]').fill(password);
        await page.getByRole('button', { name: 'Sign in' }).click();
    };
    const cookie = async () => (await context.cookies()).find((c) => c.httpOnly)?.value;
    await page.goto('/value');
    await expect(page).toHaveURL(/\/login\?to=/);
    await login();
    await expect(page.getByRole('heading', { name: 'Value', level: 1 })).toBeVisible();
    const first = await cookie();
    expect(first).toBeTruthy();

    await page.getByRole('button', { name: /The viewer/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Sign in to boon' })).toBeVisible();
    expect(await page.evaluate(async () => (await fetch('/api/v1/offers')).status)).toBe(401);
    await login();
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
    expect(await cookie()).not.toBe(first);
});

test('another site cannot act with the session', async ({ page, request }) => {
    await page.goto('/login');
    await page.getByLabel('User name').fill(nameOf('marketer'));
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
    const cookies = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
    const response = await request.post('/api/v1/offers/1:pause', {
        headers: { Cookie: cookies, Origin: 'https://elsewhere.example', 'Idempotency-Key': crypto.randomUUID() },
    });
    expect(response.status()).toBe(403);
});
