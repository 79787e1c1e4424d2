import { Kbd, Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useMe } from '@/shared/session/session';
import { placesFor } from './navigation';
import css from './palette.module.css';

interface Entry {
    id: string;
    kind: string;
    label: string;
    go: () => void;
}

/** ⌘K: offers, customers, screens and actions by a few letters. */
export function Palette({ isOpen, onOpen, onClose }: { isOpen: boolean; onOpen: () => void; onClose: () => void }) {
    const { t } = useTranslation();
    useHotkeys([['mod+K', onOpen]], []);
    return (
        <Modal.Root opened={isOpen} onClose={onClose} size="lg" yOffset="12vh">
            <Modal.Overlay />
            <Modal.Content aria-label={t('Find offers, customers, screens')}>
                <Modal.Body p={0}>
                    <Finder onClose={onClose} />
                </Modal.Body>
            </Modal.Content>
        </Modal.Root>
    );
}

function useEntries(text: string, onClose: () => void): Entry[] {
    const { t } = useTranslation();
    const { permissions } = useMe();
    const navigate = useNavigate();
    const [asked] = useDebouncedValue(text.trim(), 120);
    const offers = $api.useQuery(
        'get',
        '/api/v1/offers',
        { params: { query: { q: asked, limit: 8 } } },
        { enabled: asked.length > 1, placeholderData: keepPreviousData },
    );
    const customer = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}',
        { params: { path: { customer_id: asked } } },
        { enabled: asked.length > 1 && !/[/\\]/.test(asked), retry: false },
    );
    const words = text.trim().toLocaleLowerCase();
    const fits = (label: string) => label.toLocaleLowerCase().includes(words);
    const to = (go: () => unknown) => () => {
        onClose();
        go();
    };
    const actions = permissions.includes('offers')
        ? [
              { id: 'new', label: t('Create an offer'), go: to(() => navigate({ to: '/offers/new' })) },
              { id: 'import', label: t('Import offers'), go: to(() => navigate({ to: '/offers/import' })) },
          ]
        : [];
    return [
        ...(customer.data && asked === text.trim()
            ? [
                  {
                      id: 'customer',
                      kind: t('Customer'),
                      label: customer.data.customer_id,
                      go: to(() => navigate({ to: '/customers/$customerId', params: { customerId: asked } })),
                  },
              ]
            : []),
        ...(asked.length > 1 ? (offers.data?.items ?? []) : []).map((offer) => ({
            id: `offer-${offer.offer_id}`,
            kind: t('Offer'),
            label: `${offer.name} · ${offer.offer_id}`,
            go: to(() => navigate({ to: '/offers/$offerId', params: { offerId: String(offer.offer_id) } })),
        })),
        ...placesFor(t, permissions)
            .filter((p) => fits(p.label))
            .map((p) => ({ id: p.path, kind: t('Screen'), label: p.label, go: to(() => navigate({ to: p.path })) })),
        ...actions.filter((a) => fits(a.label)).map((a) => ({ ...a, kind: t('Action') })),
    ];
}

function Finder({ onClose }: { onClose: () => void }) {
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
                        <span className="ellipsis">{entry.label}</span>
                        <span className="quiet small">{entry.kind}</span>
                    </div>
                ))}
                {entries.length === 0 && (
                    <Text p="md" className="quiet">
                        {t('Nothing of that name. Customers are found by their whole id.')}
                    </Text>
                )}
            </div>
            <div className={css.foot}>
                <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> <Kbd size="xs">Enter</Kbd>
            </div>
        </div>
    );
}
