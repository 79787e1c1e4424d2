/** Every screen, by the name of its screenshot. */
export const screens: Record<string, string> = {
    home: '/',
    offers: '/offers',
    'offers-panel': '/offers?open=3',
    offer: '/offers/1',
    'offer-versions': '/offers/1?tab=versions',
    'offer-new': '/offers/new',
    'offers-import': '/offers/import',
    customers: '/customers',
    customer: '/customers/C0000042',
    lab: '/lab?customer=C0000042',
    lifecycle: '/lifecycle',
    'lifecycle-rules': '/lifecycle/rules',
    value: '/value',
    'not-found': '/nowhere',
};
