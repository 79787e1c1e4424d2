import { Kbd, Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useMe } from '@/shared/session/session';
import { useFocusBack } from '@/shared/ui/dialog';
import { placesFor } from './navigation';
import css from './palette.module.css';

interface Entry {
    id: string;
    kind: string;
    label: string;
    detail?: string;
    go: () => void;
}

/** Offers and customers as the server finds them, audiences by name, screens and actions by their words. */
function useEntries(text: string, onClose: () => void): Entry[] {
    const { t } = useTranslation();
    const { permissions } = useMe();
    const navigate = useNavigate();
    const [asked] = useDebouncedValue(text.trim(), 120);
    const isAsked = asked.length > 1;
    const hits = $api.useQuery(
        'get',
        '/api/v1/search',
        { params: { query: { q: asked.slice(0, 60) } } },
        { enabled: isAsked, placeholderData: keepPreviousData },
    );
    const audiences = $api.useQuery(
        'get',
        '/api/v1/audiences',
        { params: { query: { limit: 200 } } },
        { enabled: isAsked, staleTime: 60_000 },
    );
    const words = text.trim().toLocaleLowerCase();
    const fits = (label: string) => label.toLocaleLowerCase().includes(words);
    const to = (go: () => unknown) => () => {
        onClose();
        go();
    };
    const hit = ({ kind, id, title, detail }: Schemas['SearchHit']): Entry =>
        kind === 'offer'
            ? {
                  id: `offer-${id}`,
                  kind: t('Offer'),
                  label: title,
                  detail: [id, detail].filter(Boolean).join(' · '),
                  go: to(() => navigate({ to: '/offers/$offerId', params: { offerId: id } })),
              }
            : {
                  id: `customer-${id}`,
                  kind: t('Customer'),
                  label: title,
                  detail,
                  go: to(() => navigate({ to: '/customers/$customerId', params: { customerId: id } })),
              };
    const actions = [
        { id: 'new', needs: 'offers', label: t('Create an offer'), go: to(() => navigate({ to: '/offers/new' })) },
        { id: 'import', needs: 'offers', label: t('Import offers'), go: to(() => navigate({ to: '/offers/import' })) },
        {
            id: 'audience',
            needs: 'audiences',
            label: t('New audience'),
            go: to(() => navigate({ to: '/audiences/new' })),
        },
    ].filter((action) => permissions.some((p) => p === action.needs));
    return [
        ...(isAsked ? (hits.data?.items ?? []) : []).map(hit),
        ...(isAsked ? (audiences.data?.items ?? []) : [])
            .filter((a) => fits(a.name) || fits(a.description))
            .slice(0, 8)
            .map((a) => ({
                id: `audience-${a.name}`,
                kind: t('Audience'),
                label: a.name,
                detail: a.description,
                go: to(() => navigate({ to: '/audiences', search: { open: a.name } })),
            })),
        ...placesFor(t, permissions)
            .filter((p) => fits(p.label))
            .map((p) => ({ id: p.path, kind: t('Screen'), label: p.label, go: to(() => navigate({ to: p.path })) })),
        ...actions.filter((a) => fits(a.label)).map((a) => ({ ...a, kind: t('Action') })),
    ];
}

export function Finder({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    useFocusBack();
    return (
        <Modal.Root opened onClose={onClose} size="lg" yOffset="12vh" returnFocus={false}>
            <Modal.Overlay />
            <Modal.Content aria-label={t('Find offers, customers, screens')}>
                <Modal.Body p={0}>
                    <Found onClose={onClose} />
                </Modal.Body>
            </Modal.Content>
        </Modal.Root>
    );
}

/** What is found by a few letters, and the way there by keyboard. */
function Found({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const list = useId();
    const entries = useEntries(text, onClose);
    const current = Math.min(at, Math.max(0, entries.length - 1));
    const onKey = (event: KeyboardEvent) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && entries.length > 0) {
            event.preventDefault();
            setAt((current + step + entries.length) % entries.length);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            entries[current]?.go();
        }
    };
    return (
        <div>
            <TextInput
                variant="unstyled"
                size="lg"
                px="md"
                data-autofocus
                autoFocus
                placeholder={t('Find offers, customers, screens')}
                aria-label={t('Find offers, customers, screens')}
                role="combobox"
                aria-expanded="true"
                aria-controls={list}
                aria-activedescendant={`${list}-${current}`}
                value={text}
                onChange={(e) => {
                    setText(e.currentTarget.value);
                    setAt(0);
                }}
                onKeyDown={onKey}
            />
            <div role="listbox" id={list} className={css.list} aria-label={t('Results')}>
                {entries.map((entry, i) => (
                    <div
                        key={entry.id}
                        id={`${list}-${i}`}
                        role="option"
                        aria-selected={i === current}
                        className={css.entry}
                        onMouseMove={() => setAt(i)}
                        onClick={entry.go}
                    >
                        <span className="ellipsis">
                            <bdi>{entry.label}</bdi>
                            {entry.detail && (
                                <span className="quiet small">
                                    {' · '}
                                    <bdi>{entry.detail}</bdi>
                                </span>
                            )}
                        </span>
                        <span className="quiet small">{entry.kind}</span>
                    </div>
                ))}
                {entries.length === 0 && (
                    <Text p="md" className="quiet">
                        {t('Nothing of that name. Customers are found by the beginning of their id.')}
                    </Text>
                )}
            </div>
            <div className={css.foot}>
                <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> <Kbd size="xs">Enter</Kbd>
            </div>
        </div>
    );
}
