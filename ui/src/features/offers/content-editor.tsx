import { Button, Group, NativeSelect, Stack, Tabs, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Editing } from './editing';
import type { Offer } from './offer';

type Words = Offer['content'][string];
type Part = 'title' | 'text' | 'call_to_action' | 'image_url' | 'link_url';
const none: Words = { title: '', text: '', call_to_action: '', image_url: '', link_url: '', channels: {} };

export function ContentEditor({ editing: { draft, set, wrong } }: { editing: Editing }) {
    const { t } = useTranslation();
    const known = Object.keys(draft.content);
    const [chosen, setLanguage] = useState(known[0] ?? 'en');
    const [added, setAdded] = useState('');
    const languages = [...new Set([...known, chosen])];
    const add = () => {
        const tag = added.trim();
        if (tag) {
            set('content', { ...draft.content, [tag]: draft.content[tag] ?? none });
            setLanguage(tag);
            setAdded('');
        }
    };
    return (
        <Tabs value={chosen} onChange={(v) => setLanguage(v ?? 'en')}>
            <Group justify="space-between" align="flex-end">
                <Tabs.List>
                    {languages.map((language) => (
                        <Tabs.Tab key={language} value={language}>
                            {language}
                        </Tabs.Tab>
                    ))}
                </Tabs.List>
                <Group gap={4}>
                    <TextInput
                        size="xs"
                        w={110}
                        aria-label={t('Language to add')}
                        placeholder="de-CH"
                        value={added}
                        onChange={(e) => setAdded(e.currentTarget.value)}
                    />
                    <Button size="xs" variant="default" onClick={add}>
                        {t('Add language')}
                    </Button>
                </Group>
            </Group>
            {languages.map((language) => (
                <Tabs.Panel key={language} value={language} pt="sm">
                    <InLanguage
                        language={language}
                        words={draft.content[language] ?? none}
                        wrong={(part) => wrong(`content/${language}/${part}`)}
                        onChange={(words) => set('content', { ...draft.content, [language]: words })}
                    />
                </Tabs.Panel>
            ))}
        </Tabs>
    );
}

interface InLanguageProps {
    language: string;
    words: Words;
    wrong: (part: string) => string | undefined;
    onChange: (words: Words) => void;
}

function InLanguage({ language, words, wrong, onChange }: InLanguageProps) {
    const { t } = useTranslation();
    const [channel, setChannel] = useState('');
    const channels = [...new Set(['app', 'web', 'sms', 'email', ...Object.keys(words.channels)])];
    const own = words.channels[channel];
    const value = (part: Part) => (channel ? (own?.[part] ?? '') : words[part]);
    const change = (part: Part, text: string) => {
        if (!channel) {
            onChange({ ...words, [part]: text });
            return;
        }
        const before = own ?? { title: null, text: null, call_to_action: null, image_url: null, link_url: null };
        onChange({
            ...words,
            channels: { ...words.channels, [channel]: { ...before, [part]: text === '' ? null : text } },
        });
    };
    const field = (part: Part, label: string) => ({
        label,
        lang: language,
        dir: 'auto' as const,
        value: value(part),
        error: wrong(part),
        placeholder: channel ? words[part] : undefined,
        onChange: (e: { currentTarget: { value: string } }) => change(part, e.currentTarget.value),
    });
    return (
        <Stack gap="xs">
            <NativeSelect
                label={t('Words for')}
                value={channel}
                onChange={(e) => setChannel(e.currentTarget.value)}
                data={[
                    { value: '', label: t('every channel') },
                    ...channels.map((c) => ({ value: c, label: t('the channel {{channel}} alone', { channel: c }) })),
                ]}
            />
            <TextInput {...field('title', t('Title'))} />
            <Textarea autosize minRows={2} maxRows={6} {...field('text', t('Text'))} />
            <TextInput {...field('call_to_action', t('Call to action'))} />
            <TextInput {...field('link_url', t('Link'))} dir="ltr" />
            <TextInput {...field('image_url', t('Picture'))} dir="ltr" />
        </Stack>
    );
}
