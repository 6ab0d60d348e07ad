/**
 * React reads this once, while it is loaded, and its development build costs twice the CPU. Imported before Ink; a
 * choice of the user's stays.
 */
process.env.NODE_ENV ??= 'production';
