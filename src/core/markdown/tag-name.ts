/**
 * One sign of a tag's name, as a regular expression's source (for its `u` mode): letters, digits, `_ - /`, emoji and other Unicode, but no
 * space, no ASCII punctuation, and none of the punctuation that ends a phrase.
 */
export const TAG_SIGN =
  '[^\\s\\p{Cc}\\p{Zs}\\u2000-\\u200c\\u200e-\\u206f\\u2e00-\\u2e7f、。，．：；！？（）「」『』【】〈〉《》〔〕～\'!"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\]';
