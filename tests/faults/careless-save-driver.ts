import { type Careless, saveCarelessly } from './save-carelessly.ts';
import { say } from './say.ts';

const [, , vault = '', , way] = process.argv;
saveCarelessly(vault, way as Careless, say);
