// The same hostile text wherever else somebody may write: users, keys, receivers, audiences, sources, stages set by
// hand, and events from outside; then every screen that shows it.
import { type APIRequestContext, expect, test } from '@playwright/test';
import { expectFits, phone, desk, settle } from '../page';
import { out, sessionOf } from '../people';
import { hostile } from '../texts';

test.use({ storageState: sessionOf('admin') });

const customer = 'C0000077';

async function write(api: APIRequestContext, method: 'POST' | 'PUT', path: string, data: unknown): Promise<void> {
    const headers = { Authorization: `Bearer ${process.env.BOON_KEY}`, 'Idempotency-Key': crypto.randomUUID() };
    const answer = await api.fetch(path, { method, data, headers });
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
}

/** What somebody wrote from right to left, and what does not keep it from turning its surroundings around. */
const unkept = () =>
    [...document.querySelectorAll('body *')].flatMap((element) =>
        [...element.childNodes]
            .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.includes('عرض'))
            .filter((node) => !/\u2068[^\u2069]*عرض/.test(node.textContent ?? ''))
            .filter(() => element.closest('bdi, [dir="auto"], option, title') === null)
            .map(() => element.outerHTML.slice(0, 160)),
    );

test('hostile text in every list', async ({ page, playwright }) => {
    const api = await playwright.request.newContext({ baseURL: process.env.BOON_URL });
    const stamp = Date.now();
    for (const [kind, text] of Object.entries(hostile)) {
        const name = `hostile-${kind}-${stamp}`;
        const short = text.slice(0, 80);
        await write(api, 'POST', '/api/v1/users', { name, full_name: short, role: 'viewer' });
        await write(api, 'POST', '/api/v1/keys', { name: short, scopes: ['read'] });
        const url = `https://example.com/?q=${encodeURIComponent(text)}`.slice(0, 1500);
        await write(api, 'POST', '/api/v1/webhooks', { url });
        await write(api, 'POST', '/api/v1/audiences', { name, description: text, rule: { '!': [true] } });
        await write(api, 'POST', '/api/v1/sync/sources', { name, kind: 'file', base_url: text.slice(0, 200) });
        const event = { type: 'interaction', customer_id: customer, occurred_at: '2026-06-01T00:00:00Z' };
        const data = { offer_id: 1, kind: 'viewed', channel: short.slice(0, 50), campaign_id: short.slice(0, 50) };
        await write(api, 'POST', '/api/v1/events', [{ ...event, id: name.slice(0, 64), source: short, data }]);
    }
    await write(api, 'PUT', `/api/v1/customers/${customer}/lifecycle/override`, {
        stage: 'growth',
        note: Object.values(hostile).join(' ').slice(0, 240),
    });
    await api.dispose();

    const places = {
        users: '/users',
        'users-panel': `/users?open=hostile-direction-${stamp}`,
        keys: '/keys',
        webhooks: '/webhooks',
        audiences: '/audiences',
        'audiences-panel': `/audiences?open=hostile-direction-${stamp}`,
        'audience-edit': `/audiences/hostile-markup-${stamp}/edit`,
        sync: '/sync',
        customer: `/customers/${customer}`,
        audit: '/audit',
    };
    for (const [name, path] of Object.entries(places)) {
        await page.setViewportSize(desk);
        await page.goto(path);
        await settle(page);
        await page.screenshot({ path: `${out}/pictures/hostile-${name}.png`, fullPage: true });
        expect(await page.evaluate(unkept), name).toEqual([]);
        expect(await page.evaluate(() => 'wasRun' in window), name).toBe(false);
        await expectFits(page);
        await page.setViewportSize(phone);
        await expectFits(page);
    }
});
