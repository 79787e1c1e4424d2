import { expect, type Page, test } from '@playwright/test';
import { enter, nameOf, password, sessionOf } from '../people';

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

test('a forgotten session is found and ended, by its user or by an admin', async ({ browser }) => {
    const name = `forgetful-${Date.now()}`;
    await enter({ name, full_name: 'The forgetful', role: 'viewer' });
    const signIn = async () => {
        const context = await browser.newContext();
        const there = await context.newPage();
        await there.goto('/login');
        await there.getByLabel('User name').fill(name);
        await there.locator('input[type=password]').fill(password);
        await there.getByRole('button', { name: 'Sign in' }).click();
        await expect(there.getByRole('heading', { name: 'Home' })).toBeVisible();
        return there;
    };
    const isSignedIn = (there: Page) => there.evaluate(async () => (await fetch('/api/v1/session')).status === 200);
    const own = await signIn();
    const lost = await signIn();
    const another = await signIn();

    await own.getByRole('button', { name: /The forgetful/ }).click();
    await own.getByRole('menuitem', { name: 'Your sessions' }).click();
    const dialog = own.getByRole('dialog', { name: 'Your sessions' });
    await expect(dialog.getByText('Chrome on Linux').first()).toBeVisible();
    await expect(dialog.getByText('this one')).toHaveCount(1);
    const before = await dialog.getByRole('listitem').count();
    // The last that signed in stands first.
    await dialog
        .getByRole('button', { name: /^End the session/ })
        .nth(1)
        .click();
    await expect(dialog.getByRole('listitem')).toHaveCount(before - 1);
    expect(await isSignedIn(lost)).toBe(false);
    expect(await isSignedIn(another)).toBe(true);

    const context = await browser.newContext({ storageState: sessionOf('admin') });
    const admin = await context.newPage();
    await admin.goto(`/users?open=${name}`);
    const sessions = admin.getByRole('complementary').getByRole('region', { name: 'Sessions' });
    await expect(sessions.getByText('Chrome on Linux').first()).toBeVisible();
    await sessions.getByRole('button', { name: 'End all sessions' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
    await expect(sessions).toContainText('Signed in nowhere.');
    expect(await isSignedIn(own)).toBe(false);
    expect(await isSignedIn(another)).toBe(false);
    for (const there of [own, lost, another, admin]) {
        await there.context().close();
    }
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
