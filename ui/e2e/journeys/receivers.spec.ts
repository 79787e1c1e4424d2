// An audience on its way out, and rules over times and truths.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('admin') });

test('a receiver that fails is seen to fail, and gets its message again', async ({ page }) => {
    const heard: string[] = [];
    const receiver = createServer((request, response) => {
        heard.push(String(request.headers['webhook-id']));
        response.writeHead(heard.length === 1 ? 500 : 204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => receiver.once('listening', listening));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hear`;
    await page.goto('/webhooks');
    await page.getByRole('button', { name: 'Add a receiver' }).first().click();
    await page.getByRole('dialog').getByLabel('Address').fill(url);
    await page.getByRole('button', { name: 'Add the receiver' }).click();
    const messages = page.getByRole('complementary', { name: 'Receiver' }).getByRole('region', { name: 'Messages' });
    await messages.getByRole('button', { name: 'Send a test' }).click();
    const line = messages.getByRole('listitem');
    await expect(line).toContainText('it answered 500');
    await expect(line).toContainText('Attempts: 1');
    await expect(line).toContainText('next try');
    await line.getByRole('button', { name: 'Send now' }).click();
    await expect(line).toContainText('taken');
    await line.getByRole('button', { name: 'Body' }).click();
    await expect(page.getByRole('dialog', { name: 'Message' })).toContainText('webhook.test');
    await page.keyboard.press('Escape');
    await messages.getByText('Given up', { exact: true }).click();
    await expect(messages).toContainText('No messages of this kind.');
    expect(new Set(heard).size).toBe(1);
    expect(heard.length).toBe(2);
    receiver.close();
});

test('a rule asks how long ago something was, and whether something holds', async ({ page }) => {
    await page.goto('/audiences/new');
    const rule = page.getByRole('group', { name: 'Selects' });
    await rule.getByRole('button', { name: '+ Condition' }).click();
    await rule.getByLabel('What is compared').selectOption('stage_since');
    await rule.getByLabel('How it is compared').selectOption('days<');
    await rule.getByLabel('Value', { exact: true }).fill('3650');
    await rule.getByRole('button', { name: '+ Condition' }).click();
    await rule.getByLabel('What is compared').nth(1).selectOption('in_base');
    await expect(
        rule.getByText('Reads: Start of the stage was less than 3650 days ago and Active within 365 days is yes'),
    ).toBeVisible();
    const live = page.getByRole('region', { name: 'How many are they?' });
    await expect(live.getByRole('link', { name: /^C\d+$/ }).first()).toBeVisible();
    await rule.getByRole('button', { name: 'Remove the condition' }).first().click();
    await expect(rule.getByText('Reads: Active within 365 days is yes')).toBeVisible();
});

// Last: nobody answers there, and messages after it would wait.
test('an audience goes to a receiver as a job', async ({ page }) => {
    const name = `out-${Date.now()}`;
    const url = `https://example.com/${name}`;
    await page.goto('/webhooks');
    await page.getByRole('button', { name: 'Add a receiver' }).first().click();
    await page.getByRole('dialog').getByLabel('Address').fill(url);
    await page.getByRole('button', { name: 'Add the receiver' }).click();
    await expect(page.getByRole('complementary', { name: 'Receiver' })).toContainText(url);

    await page.goto('/audiences/new?stage=growth');
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create the audience' }).click();
    const panel = page.getByRole('complementary', { name });
    await panel.getByRole('button', { name: 'Send to a receiver' }).click();
    const dialog = page.getByRole('dialog', { name: `Send “${name}” to a receiver` });
    await dialog.getByLabel('Receiver').selectOption({ label: url });
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByRole('progressbar', { name: /Audience to a receiver/ })).toBeVisible();
});
