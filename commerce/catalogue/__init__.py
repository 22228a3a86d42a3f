"""Products, variants, options, media, categories, translations, search, import and export."""
