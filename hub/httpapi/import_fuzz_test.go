package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/smart-commune/smart-commune/devices/inventory"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// FuzzImport sends any body as an inventory file.
func FuzzImport(f *testing.F) {
	for _, s := range []string{commune, "", "commune: 7", "a: &a [*a, *a]", "villages: [{id: x}]\n", "\x00", "- - - -"} {
		f.Add([]byte(s))
	}
	store, err := sqlitestore.Open(f.Context(), f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	defer store.Close()
	places, err := place.New(f.Context(), store, nil)
	if err != nil {
		f.Fatal(err)
	}
	accounts := account.New(account.Config{Store: store})
	api := New(Config{Accounts: accounts, Places: places})
	f.Fuzz(func(t *testing.T, body []byte) {
		req := httptest.NewRequest(http.MethodPost, "/api/inventory/import", bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+accounts.OperatorToken())
		w := httptest.NewRecorder()
		api.Handler().ServeHTTP(w, req)
		_, err := inventory.Parse("", body)
		switch {
		case w.Code >= 500:
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		case w.Code == 200 && err != nil:
			t.Errorf("%q was imported, although %v", body, err)
		}
	})
}
