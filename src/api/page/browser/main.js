import { App } from './app.js';
import { Api } from './net/api.js';

const TOKEN_KEY = 'twitchstats.token';

const api = new Api('', () => sessionStorage.getItem(TOKEN_KEY));
new App(api, (token) => sessionStorage.setItem(TOKEN_KEY, token)).start();
