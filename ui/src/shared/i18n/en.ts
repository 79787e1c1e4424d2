// Only what English says differently by number; every other text is its own key.
export const plurals: Record<string, string> = {
    '{{count}} customers_one': '{{count}} customer',
    '{{count}} customers_other': '{{count}} customers',
    '{{count}} offers_one': '{{count}} offer',
    '{{count}} offers_other': '{{count}} offers',
    '{{count}} rows_one': '{{count}} row',
    '{{count}} rows_other': '{{count}} rows',
    '{{count}} selected_one': '{{count}} selected',
    '{{count}} selected_other': '{{count}} selected',
};
